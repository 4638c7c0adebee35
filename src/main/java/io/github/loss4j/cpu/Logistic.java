// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * The logistic function of a logit x, without cancellation.
 *
 * @param p &sigma;(x) = 1 / (1 + e<sup>-x</sup>)
 * @param q 1 - &sigma;(x)
 * @param rest log(1 + e<sup>-|x|</sup>), so that -log &sigma;(x) = max(-x, 0) + rest
 */
record Logistic(double p, double q, double rest) {

  static Logistic of(double x, Arithmetic arithmetic) {
    double u = arithmetic.exp(-Math.abs(x));
    double larger = arithmetic.reciprocal(new Arithmetic.Binary(arithmetic.round(1 + u), 0));
    double smaller = arithmetic.round(u * larger);
    double rest = arithmetic.log1p(u);
    return x >= 0 ? new Logistic(larger, smaller, rest) : new Logistic(smaller, larger, rest);
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
