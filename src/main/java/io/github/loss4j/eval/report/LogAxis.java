// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import java.util.ArrayList;
import java.util.List;

/**
 * An axis of equal ratios.
 *
 * @param low where it begins, above 0
 * @param high where it ends
 */
record LogAxis(double low, double high) {
  private static final int MOST_TICKS = 8;
  private static final int[] LEADING_DIGITS = {1, 2, 5};

  /** How far along the axis a number is, from 0 to 1. */
  double share(double x) {
    return Math.log(x / low) / Math.log(high / low);
  }

  boolean holds(double x) {
    return x >= low && x <= high;
  }

  /** At 1, 2 and 5 times powers of 10, or at so few powers that there is room for them. */
  List<Tick> ticks() {
    List<Tick> ticks = ticks(LEADING_DIGITS, 1);
    for (int stride = 1; ticks.size() > MOST_TICKS; stride++) {
      ticks = ticks(new int[] {1}, stride);
    }
    return ticks;
  }

  private List<Tick> ticks(int[] digits, int stride) {
    List<Tick> ticks = new ArrayList<>();
    int last = (int) Math.ceil(Math.log10(high));
    for (int exponent = (int) Math.floor(Math.log10(low)); exponent <= last; exponent++) {
      if (exponent % stride == 0) {
        for (int digit : digits) {
          double x = digit * Math.pow(10, exponent);
          if (holds(x)) {
            ticks.add(new Tick(Tick.at(share(x)), label(digit, exponent)));
          }
        }
      }
    }
    return ticks;
  }

  private static String label(int digit, int exponent) {
    if (exponent >= 0 && exponent <= 4) {
      return Numbers.count(digit * Math.round(Math.pow(10, exponent)));
    }
    if (exponent < 0 && exponent >= -3) {
      return "0." + "0".repeat(-exponent - 1) + digit;
    }
    return (digit == 1 ? "" : digit + "·") + Numbers.power(exponent);
  }
}
