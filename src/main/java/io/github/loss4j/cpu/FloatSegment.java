// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowOrder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A segment's elements as F32 side by side, for loops over rows that are stored in other ways. */
final class FloatSegment {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** Not a Java array: loops that meet memory of one kind only are compiled to better code. */
  private final MemorySegment memory =
      Arena.ofAuto().allocate((long) RowOrder.SEGMENT * Float.BYTES, 64);

  private final double[] elements = new double[RowOrder.SEGMENT];

  MemorySegment memory() {
    return memory;
  }

  /** Reads a segment of a row, and returns how many elements it has. */
  int read(RowView view, long row, int from) {
    int count = view.read(row, from, elements);
    for (int j = 0; j < count; j++) {
      memory.set(F32, (long) j * Float.BYTES, (float) elements[j]);
    }
    return count;
  }

  /** The first elements as they are now, to be changed by whoever asks. */
  double[] elements(int count) {
    for (int j = 0; j < count; j++) {
      elements[j] = memory.get(F32, (long) j * Float.BYTES);
    }
    return elements;
  }
}
