// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowOrder;
import io.github.loss4j.host.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads and writes segments of a tensor's rows, whatever their layout and type. */
final class RowView {
  private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED;

  private final Tensor tensor;
  private final Rows rows;
  private final @Nullable ElementTransform transform;
  private final double[] elements;

  RowView(Tensor tensor, Rows rows) {
    this(tensor, rows, null);
  }

  /** Rows whose elements are transformed as they are read. */
  RowView(Tensor tensor, Rows rows, @Nullable ElementTransform transform) {
    this.tensor = tensor;
    this.rows = rows;
    this.transform = transform;
    boolean curved = transform != null && transform.isCurved();
    elements = new double[curved ? RowOrder.SEGMENT : 0];
  }

  int classes() {
    return rows.classes();
  }

  DType dtype() {
    return tensor.dtype();
  }

  /** Whether a row's elements lie side by side in memory, as they are used, and are of a type. */
  boolean isContiguous(DType... dtypes) {
    return rows.inner() == 1 && transform == null && Arrays.asList(dtypes).contains(tensor.dtype());
  }

  /** Whether elements are transformed as they are read. */
  boolean isTransformed() {
    return transform != null;
  }

  Tensor tensor() {
    return tensor;
  }

  /** The tensor's bytes. */
  MemorySegment memory() {
    return tensor.memory();
  }

  /** Where in them a row's class lies. */
  long offset(long row, int c) {
    return rows.index(row, c) * tensor.dtype().bytes();
  }

  double get(long row, int c) {
    double x = tensor.getDouble(rows.index(row, c));
    return transform == null ? x : transform.apply(x);
  }

  /** An element that is no F64 and is not transformed. */
  float getFloat(long row, int c) {
    long index = rows.index(row, c);
    return tensor.dtype() == DType.F32
        ? tensor.memory().get(F32, index * Float.BYTES)
        : (float) tensor.getDouble(index);
  }

  /**
   * Reads an element of each of neighbouring rows, none an F64 nor transformed, and changes its
   * sign.
   *
   * @param classes the class of each; of a negative one the element is 0
   */
  void gatherNegated(long first, int[] classes, float[] into, int count) {
    if (tensor.dtype() != DType.F32 || rows.inner() != 1) {
      for (int i = 0; i < count; i++) {
        into[i] = classes[i] < 0 ? 0 : -getFloat(first + i, classes[i]);
      }
      return;
    }
    long index = rows.index(first, 0);
    MemorySegment memory = tensor.memory();
    for (int i = 0; i < count; i++) {
      into[i] = classes[i] < 0 ? 0 : -memory.get(F32, (index + classes[i]) * Float.BYTES);
      index += rows.classes();
    }
  }

  void set(long row, int c, double value) {
    tensor.setDouble(rows.index(row, c), value);
  }

  /** How many classes the segment that starts at a class has. */
  int count(int from) {
    return Math.min(RowOrder.SEGMENT, rows.classes() - from);
  }

  /** Memory for the elements of any segment. */
  double[] segment() {
    return new double[count(0)];
  }

  /** Reads a segment's elements, widened and transformed, and returns how many there are. */
  int read(long row, int from, double[] into) {
    int count = readRaw(row, from, into);
    if (transform != null) {
      transform.apply(into, count);
    }
    return count;
  }

  /**
   * Makes derivatives with respect to what {@link #read} gives those with respect to the tensor's
   * elements, which must not have been overwritten.
   */
  void chain(long row, int from, double[] derivatives) {
    if (transform != null) {
      int count = transform.isCurved() ? readRaw(row, from, elements) : count(from);
      transform.chain(elements, derivatives, count);
    }
  }

  private int readRaw(long row, int from, double[] into) {
    int count = count(from);
    long start = rows.index(row, from);
    long stride = rows.inner();
    MemorySegment memory = tensor.memory();
    switch (tensor.dtype()) {
      case F32 -> {
        for (int j = 0; j < count; j++) {
          into[j] = memory.get(F32, (start + j * stride) * Float.BYTES);
        }
      }
      case F64 -> {
        for (int j = 0; j < count; j++) {
          into[j] = memory.get(F64, (start + j * stride) * Double.BYTES);
        }
      }
      case F16 -> {
        for (int j = 0; j < count; j++) {
          into[j] = Float.float16ToFloat(memory.get(I16, (start + j * stride) * Short.BYTES));
        }
      }
      case BF16 -> {
        for (int j = 0; j < count; j++) {
          into[j] = Float.intBitsToFloat(memory.get(I16, (start + j * stride) * Short.BYTES) << 16);
        }
      }
      default -> {
        for (int j = 0; j < count; j++) {
          into[j] = tensor.getDouble(start + j * stride);
        }
      }
    }
    return count;
  }

  /** Writes zeros to a row. */
  void clear(long row) {
    if (rows.inner() == 1) {
      clear(row, 1);
      return;
    }
    for (int c = 0; c < rows.classes(); c++) {
      set(row, c, 0);
    }
  }

  /** Writes zeros to neighbouring rows, many elements at a time. */
  void clear(long first, long count) {
    if (rows.inner() == 1) {
      fill(rows.index(first, 0), count * rows.classes());
      return;
    }
    long end = first + count;
    for (long row = first; row < end; ) {
      long inSlab = Math.min(end - row, rows.inner() - row % rows.inner());
      for (int c = 0; c < rows.classes(); c++) {
        fill(rows.index(row, c), inSlab);
      }
      row += inSlab;
    }
  }

  /** In every type zeros are bytes of 0. */
  private void fill(long start, long count) {
    int bytes = tensor.dtype().bytes();
    tensor.memory().asSlice(start * bytes, count * bytes).fill((byte) 0);
  }

  /** Writes a segment's elements, rounded to the tensor's type. */
  void write(long row, int from, double[] values) {
    int count = count(from);
    long start = rows.index(row, from);
    long stride = rows.inner();
    MemorySegment memory = tensor.memory();
    switch (tensor.dtype()) {
      case F32 -> {
        for (int j = 0; j < count; j++) {
          memory.set(F32, (start + j * stride) * Float.BYTES, (float) values[j]);
        }
      }
      default -> {
        for (int j = 0; j < count; j++) {
          tensor.setDouble(start + j * stride, values[j]);
        }
      }
    }
  }
}
