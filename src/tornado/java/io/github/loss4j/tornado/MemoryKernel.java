// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Reads or copies memory, to measure how fast a device is at most. */
final class MemoryKernel {
  /** Work-items that read; neighbours read neighbours. */
  static final int ITEMS = 1 << 14;

  /** The most that an array's size, which is an int, is good for. */
  static final long MAX_BYTES = 1L << 30;

  private MemoryKernel() {}

  static void read(FloatArray from, FloatArray sums) {
    for (@Parallel int item = 0; item < ITEMS; item++) {
      float sum = 0f;
      for (int i = item; i < from.getSize(); i += ITEMS) {
        sum += from.get(i);
      }
      sums.set(item, sum);
    }
  }

  static void copy(FloatArray from, FloatArray to) {
    for (@Parallel int i = 0; i < from.getSize(); i++) {
      to.set(i, from.get(i));
    }
  }

  /** Reads next to nothing of what was brought to the device. */
  static void first(FloatArray from, FloatArray sums) {
    for (@Parallel int item = 0; item < ITEMS; item++) {
      sums.set(item, from.get(item));
    }
  }
}
