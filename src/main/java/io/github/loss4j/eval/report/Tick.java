// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A labelled place on an axis.
 *
 * @param at how far along the axis, such as {@code 12.5%}
 * @param label its text
 */
record Tick(String at, String label) {
  private static final double MOST_STEPS = 4;

  /** Of an axis of shares from 0 to 1. */
  static List<Tick> shares() {
    List<Tick> ticks = new ArrayList<>();
    for (int percent = 0; percent <= 100; percent += 20) {
      ticks.add(new Tick(at(percent / 100.0), percent + " %"));
    }
    return ticks;
  }

  /** Of an axis of shares from 0 to {@link #end}. */
  static List<Tick> shares(double largest) {
    double step = step(largest);
    double end = end(largest);
    List<Tick> ticks = new ArrayList<>();
    for (int i = 0; i * step <= end * (1 + 1e-9); i++) {
      ticks.add(new Tick(at(i * step / end), i == 0 ? "0" : plain(100 * i * step) + " %"));
    }
    return ticks;
  }

  /** Where an axis ends that has room for a share: at its last tick. */
  static double end(double largest) {
    double step = step(largest);
    return Math.max(1, Math.ceil(largest / step * (1 - 1e-9))) * step;
  }

  /** 1, 2 or 5 times a power of 10. */
  private static double step(double largest) {
    double least = Math.max(largest, 1e-12) / MOST_STEPS;
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= least * (1 - 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static String plain(double x) {
    String text = String.format(Locale.ROOT, "%.10f", x);
    return text.replaceFirst("\\.?0+$", "");
  }

  /** A share of an axis. */
  static String at(double share) {
    return String.format(Locale.ROOT, "%.3f%%", 100 * share);
  }

  /** A share of an axis that runs from the bottom up. */
  Tick fromBelow() {
    return new Tick(at(1 - Double.parseDouble(at.substring(0, at.length() - 1)) / 100), label);
  }
}
