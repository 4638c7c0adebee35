// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Brings blocks of rows into columns of F32 and back: element c of the block's row i is c * {@link
 * FloatSoftmaxBlock#LENGTH} + i in the columns. Rows of a block are neighbours, and lie in one slab
 * where they are not contiguous.
 */
final class ColumnTransfer {
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED;

  private final Tensor tensor;
  private final Rows rows;
  private final FloatElements elements = new FloatElements(LENGTH);
  private final float[] column = new float[LENGTH];

  /** Whether columns are brought whole. */
  private final boolean whole;

  ColumnTransfer(Tensor tensor, Rows rows) {
    this.tensor = tensor;
    this.rows = rows;
    whole = rows.inner() > 1 && FloatElements.has(tensor.dtype());
  }

  /** Reads rows. */
  void read(long first, int count, float[] columns) {
    if (whole) {
      for (int c = 0; c < rows.classes(); c++) {
        elements.read(tensor, rows.index(first, c), columns, c * LENGTH, count);
      }
    } else if (rows.inner() > 1) {
      for (int c = 0; c < rows.classes(); c++) {
        read(rows.index(first, c), count, columns, c * LENGTH, 1);
      }
    } else {
      for (int i = 0; i < count; i++) {
        read(rows.index(first + i, 0), rows.classes(), columns, i, LENGTH);
      }
    }
  }

  private void read(long from, int count, float[] into, int to, int step) {
    MemorySegment memory = tensor.memory();
    switch (tensor.dtype()) {
      case F32 -> {
        for (int j = 0; j < count; j++) {
          into[to + j * step] = memory.get(F32, (from + j) * Float.BYTES);
        }
      }
      case BF16 -> {
        for (int j = 0; j < count; j++) {
          int bits = memory.get(I16, (from + j) * Short.BYTES);
          into[to + j * step] = Float.intBitsToFloat(bits << Short.SIZE);
        }
      }
      default -> {
        for (int j = 0; j < count; j++) {
          into[to + j * step] = (float) tensor.getDouble(from + j);
        }
      }
    }
  }

  /**
   * Writes rows.
   *
   * @param wanted which of them
   */
  void write(long first, int count, float[] columns, boolean[] wanted) {
    if (whole && areAll(wanted, count)) {
      for (int c = 0; c < rows.classes(); c++) {
        System.arraycopy(columns, c * LENGTH, column, 0, count);
        elements.write(column, tensor, rows.index(first, c), count);
      }
      return;
    }
    if (rows.inner() > 1) {
      for (int c = 0; c < rows.classes(); c++) {
        write(rows.index(first, c), columns, c * LENGTH, count, wanted);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      if (wanted[i]) {
        for (int c = 0; c < rows.classes(); c++) {
          set(rows.index(first + i, c), columns[c * LENGTH + i]);
        }
      }
    }
  }

  private static boolean areAll(boolean[] wanted, int count) {
    for (int i = 0; i < count; i++) {
      if (!wanted[i]) {
        return false;
      }
    }
    return true;
  }

  private void write(long to, float[] columns, int from, int count, boolean[] wanted) {
    for (int i = 0; i < count; i++) {
      if (wanted[i]) {
        set(to + i, columns[from + i]);
      }
    }
  }

  private void set(long index, float value) {
    if (tensor.dtype() == DType.F32) {
      tensor.memory().set(F32, index * Float.BYTES, value);
    } else {
      tensor.setDouble(index, value);
    }
  }
}
