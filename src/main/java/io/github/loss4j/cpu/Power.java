// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * a^b for any a and b, by the base-2 logarithm of a as a double word. {@code kernels/power.clh} is
 * the same in OpenCL C; a change here is a change there.
 */
final class Power {
  /** Beyond it a double is an even integer. */
  private static final double ALWAYS_EVEN = 0x1p53;

  private final Logarithm logarithm;
  private final Arithmetic.Constants constants;
  private final DoubleWord log2e;

  Power(Logarithm logarithm, Arithmetic.Constants constants) {
    this.logarithm = logarithm;
    this.constants = constants;
    this.log2e = new DoubleWord(constants.log2eHigh(), constants.log2eLow());
  }

  /**
   * (a (1 + error))^exponent for a tiny error; without one it is like C's pow, exact for the
   * exponent 1 and correctly rounded for 2.
   */
  double of(double a, double error, double exponent, Arithmetic arithmetic) {
    if (exponent == 0 || (a == 1 && error == 0)) {
      return 1;
    }
    if (Double.isNaN(a) || Double.isNaN(exponent)) {
      return Double.NaN;
    }
    if (exponent == 1) {
      return a;
    }
    if (exponent == 2) {
      double square = arithmetic.round(a * a);
      return error == 0 ? square : arithmetic.fma(a, a, arithmetic.round(2 * error * square));
    }
    boolean negative = Double.doubleToRawLongBits(a) < 0;
    double sign = negative && isOdd(exponent) ? -1 : 1;
    if (a == 0 || Double.isInfinite(a)) {
      return sign * ((a == 0) == (exponent > 0) ? 0 : Double.POSITIVE_INFINITY);
    }
    if (negative && exponent != Math.rint(exponent)) {
      return Double.NaN;
    }
    DoubleWord log2 = logarithm.log2(Math.abs(a), arithmetic, log2e);
    if (log2.head() == 0) {
      return sign * (error == 0 ? 1 : arithmetic.fma(exponent, error, 1));
    }
    double head = arithmetic.round(exponent * log2.head());
    double tail =
        arithmetic.fma(
            exponent,
            arithmetic.fma(error, log2e.head(), log2.tail()),
            arithmetic.fma(exponent, log2.head(), -head));
    return sign * exp2(head, tail, arithmetic);
  }

  private static boolean isOdd(double exponent) {
    return Math.abs(exponent) < ALWAYS_EVEN
        && exponent == Math.rint(exponent)
        && ((long) exponent & 1) == 1;
  }

  /** 2^(y + tail). */
  private double exp2(double y, double tail, Arithmetic arithmetic) {
    if (!(Math.abs(y) < 2 * constants.bias())) {
      return y > 0 ? Double.POSITIVE_INFINITY : 0;
    }
    int n = (int) Math.rint(y);
    DoubleWord f = DoubleWord.sumOf(y - n, tail, arithmetic);
    double ln2 = constants.logarithm().ln2High();
    double slope = arithmetic.round(f.head() * ln2);
    DoubleWord sum = DoubleWord.sumOfOrdered(1, slope, arithmetic);
    double rest =
        arithmetic.fma(
            arithmetic.round(f.tail() * ln2), sum.head(), arithmetic.fma(f.head(), ln2, -slope));
    double curve =
        arithmetic.fma(
            arithmetic.round(f.head() * f.head()),
            constants.exp2Curve().at(f.head(), arithmetic),
            arithmetic.round(sum.tail() + rest));
    return arithmetic.scaled(arithmetic.round(sum.head() + curve), n);
  }
}
