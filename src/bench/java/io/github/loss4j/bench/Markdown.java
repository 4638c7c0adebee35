// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Tables of a page. */
final class Markdown {
  private final StringBuilder text = new StringBuilder();

  /** A table with these columns, the first aligned to the left, all others to the right. */
  Markdown(String... columns) {
    row(List.of(columns));
    text.append("|---");
    text.append(String.join("", Collections.nCopies(columns.length - 1, "|--:")));
    text.append("|\n");
  }

  void row(List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** A ratio with three digits, or as many as it has before the point. */
  static String ratio(Optional<Double> ratio) {
    return ratio.map(Markdown::digits).orElse("");
  }

  static String digits(double value) {
    int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** A time with its unit, and about three digits. */
  static String time(double seconds) {
    return seconds < 1e-3
        ? digits(seconds * 1e6) + " µs"
        : seconds < 1 ? digits(seconds * 1e3) + " ms" : digits(seconds) + " s";
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
