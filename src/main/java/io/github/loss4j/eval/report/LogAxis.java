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
  /** As many labels as a phone has room for: shorter ones of powers of 10 alone. */
  private static final int MOST_TICKS = 5;

  private static final int MOST_POWERS = 7;

  /** How far along the axis a number is, from 0 to 1. */
  double share(double x) {
    return Math.log(x / low) / Math.log(high / low);
  }

  boolean holds(double x) {
    return x >= low && x <= high;
  }

  /** At 1, 2 and 5, or 1 and 3, times powers of 10, or at so few powers that there is room. */
  List<Tick> ticks() {
    for (int[] digits : new int[][] {{1, 2, 5}, {1, 3}}) {
      List<Tick> ticks = ticks(digits, 1);
      if (ticks.size() <= MOST_TICKS) {
        return ticks;
      }
    }
    List<Tick> powers = ticks(new int[] {1}, 1);
    for (int stride = 2; powers.size() > MOST_POWERS; stride++) {
      powers = ticks(new int[] {1}, stride);
    }
    return powers;
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
    if (exponent >= 0 && exponent <= 3) {
      return Numbers.count(digit * Math.round(Math.pow(10, exponent)));
    }
    if (exponent < 0 && exponent >= -3) {
      return "0." + "0".repeat(-exponent - 1) + digit;
    }
    return (digit == 1 ? "" : digit + "·") + Numbers.power(exponent);
  }
}
