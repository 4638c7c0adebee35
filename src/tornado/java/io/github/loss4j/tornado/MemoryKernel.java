// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Reads or copies memory, to measure how fast a device is at most. */
final class MemoryKernel {
  /** Work-items that read. */
  static final int ITEMS = 1 << 14;

  /** The most that an array's size, which is an int, is good for. */
  static final long MAX_BYTES = 1L << 30;

  private MemoryKernel() {}

  /** Neighbours read neighbours, as suits GPUs. */
  static void readSpread(FloatArray from, FloatArray sums) {
    for (@Parallel int item = 0; item < ITEMS; item++) {
      float sum = 0f;
      for (int i = item; i < from.getSize(); i += ITEMS) {
        sum += from.get(i);
      }
      sums.set(item, sum);
    }
  }

  /** Each reads a range, as suits other processors; eight sums, as one would wait for itself. */
  static void readRanges(FloatArray from, FloatArray sums, int length) {
    for (@Parallel int item = 0; item < ITEMS; item++) {
      float[] s = new float[8];
      for (int lane = 0; lane < 8; lane++) {
        s[lane] = 0f;
      }
      for (int block = 0; block < length / 8; block++) {
        for (int lane = 0; lane < 8; lane++) {
          s[lane] = s[lane] + from.get(item * length + block * 8 + lane);
        }
      }
      float sum = 0f;
      for (int lane = 0; lane < 8; lane++) {
        sum += s[lane];
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
