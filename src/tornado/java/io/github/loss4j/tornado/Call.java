// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What changes from one call of a plan to the next. TornadoVM compiles a scalar argument into the
 * kernel, so these are two arrays, and the constants here are positions in them.
 */
final class Call {
  /** The number of the call, with which kernels mark what they have done. */
  static final int TICKET = 0;

  static final int ROWS = 1;
  static final int CLASSES = 2;
  static final int INNER = 3;

  /** Whether there are class weights, and an upstream gradient; else they are 1, and the scale. */
  static final int HAS_WEIGHT = 4;

  static final int HAS_UPSTREAM = 5;
  static final int HAS_FACTOR = 6;

  /** Whether there is label smoothing, and whether it is wanted which labels are correct. */
  static final int SMOOTHED = 7;

  static final int CORRECT_WANTED = 8;

  /** Of the strips that rows are cut into: {@link Strip} says how. */
  static final int STRIPS = 9;

  static final int STRIP_SPAN = 10;
  static final int STRIP_STEP = 11;
  static final int SIZES = 12;

  /** How many kernels may leave their mark in one place, at most. */
  static final int STAGES = 8;

  /** A NaN, which TornadoVM cannot write down in a kernel. */
  static final int NAN = 0;

  static final int KEEP = 1;
  static final int KEEP_TAIL = 2;
  static final int SPREAD = 3;
  static final int SPREAD_TAIL = 4;
  static final int WEIGHT_SUM = 5;
  static final int SCALE = 6;
  static final int SCALE_TAIL = 7;
  static final int NUMBERS = 8;

  private Call() {}

  /** Where class 0 of a row lies; class c lies c inner further. */
  static int start(IntArray sizes, int row) {
    int inner = sizes.get(INNER);
    return (row / inner) * sizes.get(CLASSES) * inner + row % inner;
  }

  static float weight(IntArray sizes, FloatArray weight, int c) {
    return sizes.get(HAS_WEIGHT) == 0 ? 1f : weight.get(c);
  }

  static DoubleWord upstream(IntArray sizes, FloatArray numbers, FloatArray upstream, int row) {
    boolean one = sizes.get(HAS_UPSTREAM) == 0;
    float head = one ? numbers.get(SCALE) : upstream.get(row);
    return new DoubleWord(head, one ? numbers.get(SCALE_TAIL) : 0f);
  }

  static float factor(IntArray sizes, FloatArray factors, int i) {
    return sizes.get(HAS_FACTOR) == 0 ? 1f : factors.get(i);
  }

  /** An upstream gradient that is of the input's layout. */
  static float upstreamAt(IntArray sizes, FloatArray upstreams, int index) {
    return sizes.get(HAS_UPSTREAM) == 0 ? 1f : upstreams.get(index);
  }

  static DoubleWord keep(FloatArray numbers) {
    return new DoubleWord(numbers.get(KEEP), numbers.get(KEEP_TAIL));
  }

  static DoubleWord spread(FloatArray numbers) {
    return new DoubleWord(numbers.get(SPREAD), numbers.get(SPREAD_TAIL));
  }

  /** Marks one more kernel's work as done in this call; comes after all that the kernel writes. */
  static void mark(IntArray sizes, IntArray marks, int i) {
    int before = sizes.get(TICKET) * STAGES;
    marks.set(i, TornadoMath.max(marks.get(i), before) + 1);
  }

  /** What is marked where so many kernels have done their work. */
  static int done(int ticket, int stages) {
    return ticket * STAGES + stages;
  }

  /** The first place where they have not; -1 if they have everywhere. */
  static int firstUndone(IntArray marks, int count, int done) {
    for (int i = 0; i < count; i++) {
      if (marks.get(i) != done) {
        return i;
      }
    }
    return -1;
  }
}
