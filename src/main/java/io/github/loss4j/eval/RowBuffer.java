// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/** Gathers single rows into a batch. */
final class RowBuffer {
  /** Enough that the cost of a call is spread over many rows. */
  private static final long BYTES = 16L << 20;

  private static final int MOST_ROWS = 1 << 16;

  private final int classes;
  private final boolean segmented;
  private @Nullable Tensor logits;
  private long[] targets = {};
  private long[] segments = {};
  private long[] indices = {};
  private int count;

  RowBuffer(int classes, boolean segmented) {
    this.classes = classes;
    this.segmented = segmented;
  }

  /** Whether there is room for one more row of that type. */
  boolean takes(DType dtype) {
    return count == 0 || (whole().dtype() == dtype && count < targets.length);
  }

  void add(MemorySegment row, DType dtype, long target, long segment, long index) {
    if (logits == null || logits.dtype() != dtype) {
      allocate(dtype);
    }
    whole().memory().asSlice(count * row.byteSize(), row.byteSize()).copyFrom(row);
    targets[count] = target;
    segments[count] = segment;
    indices[count] = index;
    count++;
  }

  private void allocate(DType dtype) {
    long rowBytes = Math.max(1, (long) classes * dtype.bytes());
    int rows = Math.clamp(BYTES / rowBytes, 1, MOST_ROWS);
    logits = Tensor.allocate(dtype, rows, classes);
    targets = new long[rows];
    segments = new long[rows];
    indices = new long[rows];
  }

  private Tensor whole() {
    if (logits == null) {
      throw new IllegalStateException("no row was added");
    }
    return logits;
  }

  int count() {
    return count;
  }

  Tensor logits() {
    return whole().slice(0, count);
  }

  Tensor targets() {
    return Tensor.of(Arrays.copyOf(targets, count), count);
  }

  /** Null if the rows have no segments. */
  @Nullable Tensor segments() {
    return segmented ? Tensor.of(Arrays.copyOf(segments, count), count) : null;
  }

  /** What the rows are called, until others are added. */
  IntToLongFunction indices() {
    return row -> indices[row];
  }

  void clear() {
    count = 0;
  }
}
