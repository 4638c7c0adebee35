// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * a^b and e^x for any a, b and x, by powers of 2 as double words. {@code kernels/power.clh} is the
 * same in OpenCL C; a change here is a change there.
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

  /** a^exponent like C's pow; the tail means nothing if the head is 0 or not finite. */
  DoubleWord of(DoubleWord a, double exponent, Arithmetic arithmetic) {
    double head = a.head();
    boolean single = a.tail() == 0;
    if (exponent == 0 || (head == 1 && single)) {
      return DoubleWord.of(1);
    }
    if (Double.isNaN(head) || Double.isNaN(exponent)) {
      return DoubleWord.of(Double.NaN);
    }
    if (exponent == 1) {
      return a;
    }
    if (exponent == 2) {
      return a.by(a, arithmetic);
    }
    boolean negative = Double.doubleToRawLongBits(head) < 0;
    double sign = negative && isOdd(exponent) ? -1 : 1;
    if (head == 0 || Double.isInfinite(head)) {
      return DoubleWord.of(sign * ((head == 0) == (exponent > 0) ? 0 : Double.POSITIVE_INFINITY));
    }
    if (negative && exponent != Math.rint(exponent)) {
      return DoubleWord.of(Double.NaN);
    }
    if (head == -1 && single) {
      return DoubleWord.of(sign);
    }
    DoubleWord log2 = logarithm.log2(Math.abs(head), arithmetic, log2e);
    double error = a.relativeTail(arithmetic);
    double product = arithmetic.round(exponent * log2.head());
    double tail =
        arithmetic.fma(
            exponent,
            arithmetic.fma(error, log2e.head(), log2.tail()),
            arithmetic.fma(exponent, log2.head(), -product));
    return exp2(new DoubleWord(product, tail), arithmetic).by(sign, arithmetic);
  }

  /** e^x for any x; the tail means nothing if the head is 0 or not finite. */
  DoubleWord exponential(double x, Arithmetic arithmetic) {
    return Double.isNaN(x) ? DoubleWord.of(x) : exp2(timesLog2e(x, arithmetic), arithmetic);
  }

  /** x log2 e. */
  DoubleWord timesLog2e(double x, Arithmetic arithmetic) {
    double head = arithmetic.round(x * log2e.head());
    double rest = arithmetic.fma(x, log2e.head(), -head);
    return new DoubleWord(head, arithmetic.fma(x, log2e.tail(), rest));
  }

  private static boolean isOdd(double exponent) {
    return Math.abs(exponent) < ALWAYS_EVEN
        && exponent == Math.rint(exponent)
        && ((long) exponent & 1) == 1;
  }

  /** 2^y for any y; the tail means nothing if the head is 0 or not finite. */
  private DoubleWord exp2(DoubleWord y, Arithmetic arithmetic) {
    if (!(Math.abs(y.head()) < 2 * constants.bias())) {
      return DoubleWord.of(y.head() > 0 ? Double.POSITIVE_INFINITY : 0);
    }
    ScaledWord parts = exp2Word(y, arithmetic);
    return new DoubleWord(
        arithmetic.scaled(parts.word().head(), parts.exponent()),
        arithmetic.scaled(parts.word().tail(), parts.exponent()));
  }

  /** The parts of 2^y for |y| below 2^22, or a NaN; the significand is near 1. */
  ScaledWord exp2Word(DoubleWord y, Arithmetic arithmetic) {
    int n = (int) Math.rint(y.head());
    DoubleWord f = DoubleWord.sumOf(y.head() - n, y.tail(), arithmetic);
    double ln2 = constants.logarithm().ln2High();
    double slope = arithmetic.round(f.head() * ln2);
    double slopeTail =
        arithmetic.fma(
            f.head(), constants.logarithm().ln2Low(), arithmetic.fma(f.head(), ln2, -slope));
    DoubleWord sum = DoubleWord.sumOfOrdered(1, slope, arithmetic);
    double rest = arithmetic.fma(arithmetic.round(f.tail() * ln2), sum.head(), slopeTail);
    double curve =
        arithmetic.fma(
            arithmetic.round(f.head() * f.head()),
            constants.exp2CurveOfWords().at(f.head(), arithmetic),
            arithmetic.round(sum.tail() + rest));
    return new ScaledWord(DoubleWord.sumOfOrdered(sum.head(), curve, arithmetic), n);
  }
}
