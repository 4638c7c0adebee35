// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.ExactSum;
import java.util.Arrays;

/** Sums floats without rounding: the significands of equal exponents, for which a long has room. */
final class FloatBins {
  private static final int FRACTION_BITS = 23;
  private static final int FRACTION = (1 << FRACTION_BITS) - 1;
  private static final int EXPONENTS = 1 << 8;
  private static final int INFINITE = EXPONENTS - 1;

  /** The exponent of the last bit of a float whose exponent's bits are 0. */
  private static final int LEAST = -150;

  /** Neighbours have different bins: an addition would wait for the one before. */
  private static final int SETS = 4;

  private final long[] significands = new long[SETS * EXPONENTS];
  private final ExactSum sum;
  private boolean empty = true;

  /** Bins that are emptied into a sum. */
  FloatBins(ExactSum sum) {
    this.sum = sum;
  }

  /** Adds the first terms; at most 2^39 until they are moved. */
  void add(float[] terms, int count) {
    empty = false;
    for (int i = 0; i < count; i++) {
      int bits = Float.floatToRawIntBits(terms[i]);
      int exponent = (bits >>> FRACTION_BITS) & INFINITE;
      int fraction = bits & FRACTION;
      if (exponent == INFINITE) {
        sum.add(terms[i]);
      } else {
        int significand = exponent == 0 ? fraction : fraction | 1 << FRACTION_BITS;
        significands[i % SETS * EXPONENTS + exponent] += bits < 0 ? -significand : significand;
      }
    }
  }

  /** Moves what they have to the sum. */
  void move() {
    if (empty) {
      return;
    }
    for (int bin = 0; bin < significands.length; bin++) {
      int exponent = LEAST + Math.max(bin % EXPONENTS, 1);
      long significand = significands[bin];
      // Each half fits into a double.
      sum.add(Math.scalb((double) (significand >> Integer.SIZE), exponent + Integer.SIZE));
      sum.add(Math.scalb((double) Integer.toUnsignedLong((int) significand), exponent));
    }
    Arrays.fill(significands, 0);
    empty = true;
  }
}
