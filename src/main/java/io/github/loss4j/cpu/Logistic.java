// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * The logistic function of a logit x, without cancellation.
 *
 * @param p &sigma;(x) = 1 / (1 + e<sup>-x</sup>)
 * @param q 1 - &sigma;(x)
 * @param rest log(1 + e<sup>-|x|</sup>), so that -log &sigma;(x) = max(-x, 0) + rest
 * @param larger the larger of the two
 * @param smaller the smaller, but for a power of two
 */
record Logistic(double p, double q, double rest, DoubleWord larger, DoubleWord smaller) {

  /** With u = e<sup>-|x|</sup> the larger is 1 / (1+u) and the smaller u / (1+u). */
  static Logistic of(double x, Arithmetic arithmetic) {
    ScaledWord exponential = arithmetic.exponentialWord(-Math.abs(x));
    int n = exponential.exponent();
    double u = arithmetic.scaledDown(exponential.word().head(), n);
    double uTail = arithmetic.scaledDown(exponential.word().tail(), n);
    DoubleWord ordered = DoubleWord.sumOfOrdered(1, u, arithmetic);
    DoubleWord sum = new DoubleWord(ordered.head(), arithmetic.round(ordered.tail() + uTail));
    DoubleWord large = sum.under(new DoubleWord(1, 0), arithmetic);
    DoubleWord small = sum.under(exponential.word(), arithmetic);
    double smaller = arithmetic.scaledDown(small.head(), n);
    double rest = arithmetic.fma(uTail, large.head(), arithmetic.log1p(u));
    return x >= 0
        ? new Logistic(large.head(), smaller, rest, large, small)
        : new Logistic(smaller, large.head(), rest, large, small);
  }

  /** By what part of it p was rounded. */
  double errorOfP(double x, Arithmetic arithmetic) {
    return (x >= 0 ? larger : smaller).relativeTail(arithmetic);
  }

  /** By what part of it q was rounded. */
  double errorOfQ(double x, Arithmetic arithmetic) {
    return (x >= 0 ? smaller : larger).relativeTail(arithmetic);
  }

  /**
   * -v t log p - (1-t) log q. No large terms cancel: where x &ge; 0 that is (1-t) x and elsewhere
   * -v t x, plus (1 + (v-1) t) rest.
   */
  double crossEntropy(double x, double t, double v, Arithmetic arithmetic) {
    double strength = strength(t, v, arithmetic);
    double negative = arithmetic.round(1 - t);
    if (Double.isInfinite(x)) {
      // PyTorch's terms as they stand, which cancel to NaN in places.
      double positive = arithmetic.round(strength * Math.max(-x, 0));
      return arithmetic.round(arithmetic.round(negative * x) + positive);
    }
    double slope = x >= 0 ? negative : -arithmetic.round(v * t);
    return arithmetic.fma(strength, rest, arithmetic.round(slope * x));
  }

  /** The derivative of the cross-entropy with respect to x. */
  double derivative(double x, double t, double v, Arithmetic arithmetic) {
    double strength = strength(t, v, arithmetic);
    return x >= 0
        ? arithmetic.fma(-strength, q, arithmetic.round(1 - t))
        : arithmetic.fma(strength, p, -arithmetic.round(v * t));
  }

  /** 1 + (v-1) t, the factor of -log &sigma;(x). */
  private static double strength(double t, double v, Arithmetic arithmetic) {
    return v == 1 ? 1 : arithmetic.fma(arithmetic.round(v - 1), t, 1);
  }
}
