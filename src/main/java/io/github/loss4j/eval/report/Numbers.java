// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import java.util.Locale;

/** Numbers as people read them. */
final class Numbers {
  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  private static final int DIGITS = 6;

  private Numbers() {}

  /** Six digits, as the command line shows them. */
  static String number(double x) {
    return number(x, DIGITS);
  }

  /** Some digits: 0.00123, or 1.23 × 10⁻⁵ where that would be long. */
  static String number(double x, int digits) {
    if (Double.isNaN(x)) {
      return "NaN";
    }
    if (Double.isInfinite(x)) {
      return x > 0 ? "∞" : "−∞";
    }
    String text = String.format(Locale.ROOT, "%." + digits + "g", x).replace('-', '−');
    int exponent = text.indexOf('e');
    return exponent < 0
        ? text
        : text.substring(0, exponent)
            + " × "
            + power(Integer.parseInt(text.substring(exponent + 1).replace('−', '-')));
  }

  /** 10 to an exponent. */
  static String power(int exponent) {
    StringBuilder text = new StringBuilder("10");
    for (char c : Integer.toString(exponent).toCharArray()) {
      text.append(c == '-' ? '⁻' : SUPERSCRIPTS.charAt(c - '0'));
    }
    return text.toString();
  }

  static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** A count as it was written, if it is one. */
  static String grouped(String text) {
    return text.matches("\\d{1,18}") ? count(Long.parseLong(text)) : text;
  }

  /** Of a share from 0 to 1. */
  static String percent(double share) {
    return Double.isNaN(share) ? "NaN" : String.format(Locale.ROOT, "%.4f %%", 100 * share);
  }

  /** Two digits of a share: enough to hear of a bin. */
  static String roughPercent(double share) {
    return number(100 * share, 2) + " %";
  }

  static String decimals(double x, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", x);
  }

  static String plural(long n, String noun) {
    return count(n) + " " + noun + (n == 1 ? "" : "s");
  }
}
