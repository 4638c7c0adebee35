// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * Logarithms. Where an ulp is at stake a number is a double word. {@code kernels/logarithm.clh} is
 * the same in OpenCL C; a change here is a change there.
 */
final class Logarithm {
  /** Above it a significand is halved, so that its logarithm is nearest to 0. */
  private static final double SQRT2 = 0x1.6a09e6p0;

  /**
   * What differs between the types.
   *
   * @param ln2High ln 2, rounded
   * @param ln2Low the rest of it
   * @param ln2Short ln 2, rounded so that its product with an exponent is exact
   * @param ln2Rest the rest of that
   * @param tiny below it log(1 + u) is u - u&sup2; / 2
   * @param atanh (2 atanh(t) / t - 2) / t&sup2; in t&sup2;, for |t| &le; 1/3
   */
  record Constants(
      double ln2High,
      double ln2Low,
      double ln2Short,
      double ln2Rest,
      double tiny,
      Polynomial atanh) {}

  private final Constants constants;

  Logarithm(Constants constants) {
    this.constants = constants;
  }

  /**
   * log(1 + u) for -1/2 &le; u &le; 1, as 2 atanh(t) with t = u / (2 + u), both of whose roundings
   * go into the tail.
   */
  private DoubleWord near1(double u, Arithmetic arithmetic) {
    DoubleWord divisor = DoubleWord.sumOfOrdered(2, u, arithmetic);
    int exponent = u < 0 ? 0 : 1;
    double significand = Math.scalb(divisor.head(), -exponent);
    double inverse = arithmetic.reciprocal(new Arithmetic.Binary(significand, exponent));
    double t = arithmetic.round(u * inverse);
    double remainder = arithmetic.fma(-t, divisor.tail(), arithmetic.fma(-t, divisor.head(), u));
    double square = arithmetic.round(t * t);
    // By what t is off the logarithm is off 1 / (1 - t^2), about 1 + t^2, times that.
    double rest = arithmetic.round(2 * arithmetic.round(remainder * inverse));
    double tail =
        arithmetic.fma(
            arithmetic.round(t * square),
            constants.atanh.at(square, arithmetic),
            arithmetic.fma(rest, square, rest));
    return new DoubleWord(arithmetic.round(2 * t), tail);
  }

  /** So halves a significand in [1, 2) that its logarithm is nearest to 0. */
  private static Arithmetic.Binary centred(Arithmetic.Binary x) {
    return x.significand() > SQRT2
        ? new Arithmetic.Binary(0.5 * x.significand(), x.exponent() + 1)
        : x;
  }

  /** The natural logarithm of any x. */
  double log(double x, Arithmetic arithmetic) {
    DoubleWord logarithm = logWord(x, arithmetic);
    return arithmetic.round(logarithm.head() + logarithm.tail());
  }

  /** The same before it is rounded; its tail is 0 where it is not finite. */
  DoubleWord logWord(double x, Arithmetic arithmetic) {
    if (!(x > 0 && x < Double.POSITIVE_INFINITY)) {
      return new DoubleWord(x == 0 ? Double.NEGATIVE_INFINITY : x > 0 ? x : Double.NaN, 0);
    }
    Arithmetic.Binary parts = centred(Arithmetic.split(x));
    DoubleWord part = near1(parts.significand() - 1, arithmetic);
    double k = parts.exponent();
    DoubleWord sum = DoubleWord.sumOfOrdered(k * constants.ln2Short, part.head(), arithmetic);
    double tail = arithmetic.fma(k, constants.ln2Rest, part.tail());
    return new DoubleWord(sum.head(), arithmetic.round(sum.tail() + tail));
  }

  /** The base-2 logarithm of a finite x &gt; 0. */
  DoubleWord log2(double x, Arithmetic arithmetic, DoubleWord log2e) {
    Arithmetic.Binary parts = centred(Arithmetic.split(x));
    DoubleWord natural = near1(parts.significand() - 1, arithmetic);
    double product = arithmetic.round(natural.head() * log2e.head());
    double rest = arithmetic.fma(natural.head(), log2e.head(), -product);
    rest = arithmetic.fma(natural.head(), log2e.tail(), rest);
    rest = arithmetic.fma(natural.tail(), log2e.head(), rest);
    DoubleWord sum = DoubleWord.sumOfOrdered(parts.exponent(), product, arithmetic);
    return DoubleWord.sumOfOrdered(sum.head(), arithmetic.round(sum.tail() + rest), arithmetic);
  }

  /** log(1 + u) for -1 &le; u &le; 1. */
  double log1p(double u, Arithmetic arithmetic) {
    DoubleWord logarithm = log1pWord(u, arithmetic);
    return arithmetic.round(logarithm.head() + logarithm.tail());
  }

  /**
   * The same before it is rounded; its tail is 0 where it is not finite. For a tiny u two terms of
   * the series do, and its quotient's remainder would underflow.
   */
  DoubleWord log1pWord(double u, Arithmetic arithmetic) {
    if (u <= -0.5) {
      return logWord(1 + u, arithmetic);
    }
    if (Math.abs(u) < constants.tiny) {
      return new DoubleWord(u, arithmetic.round(arithmetic.round(-0.5 * u) * u));
    }
    return near1(u, arithmetic);
  }

  /**
   * The logarithm of m 2^exponent e^rest / e^x, for m in [1, 2) and a tiny rest; the other three
   * parts may cancel.
   */
  DoubleWord logRatio(Arithmetic.Binary scaled, double rest, double x, Arithmetic arithmetic) {
    if (!Double.isFinite(x)) {
      return DoubleWord.of(-x);
    }
    double k = scaled.exponent();
    double product = arithmetic.round(k * constants.ln2High);
    DoubleWord part = near1(scaled.significand() - 1, arithmetic);
    DoubleWord difference = DoubleWord.sumOf(product, -x, arithmetic);
    DoubleWord sum = DoubleWord.sumOf(difference.head(), part.head(), arithmetic);
    double productTail =
        arithmetic.fma(k, constants.ln2Low, arithmetic.fma(k, constants.ln2High, -product));
    double tail =
        arithmetic.round(
            arithmetic.round(difference.tail() + sum.tail())
                + arithmetic.round(productTail + arithmetic.round(part.tail() + rest)));
    return DoubleWord.sumOfOrdered(sum.head(), tail, arithmetic);
  }
}
