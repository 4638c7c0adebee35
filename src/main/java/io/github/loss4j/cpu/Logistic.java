// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * The logistic function of a logit x and its logarithm as double words, without cancellation.
 *
 * @param p &sigma;(x) = 1 / (1 + e<sup>-x</sup>)
 * @param q 1 - &sigma;(x)
 * @param rest log(1 + e<sup>-|x|</sup>), so that -log &sigma;(x) = max(-x, 0) + rest
 */
record Logistic(DoubleWord p, DoubleWord q, DoubleWord rest) {

  /** With u = e<sup>-|x|</sup> the larger of p and q is 1 / (1+u), the smaller u / (1+u). */
  static Logistic of(double x, Arithmetic arithmetic) {
    ScaledWord exponential = arithmetic.closeExponentialWord(-Math.abs(x));
    int n = exponential.exponent();
    DoubleWord u = exponential.word().scaledDown(n, arithmetic);
    DoubleWord ordered = DoubleWord.sumOfOrdered(1, u.head(), arithmetic);
    DoubleWord sum = new DoubleWord(ordered.head(), arithmetic.round(ordered.tail() + u.tail()));
    DoubleWord larger = sum.under(DoubleWord.of(1), arithmetic);
    DoubleWord smaller = sum.under(exponential.word(), arithmetic).scaledDown(n, arithmetic);
    DoubleWord log = arithmetic.log1pWord(u.head());
    DoubleWord rest =
        new DoubleWord(log.head(), arithmetic.fma(u.tail(), larger.head(), log.tail()));
    return x >= 0 ? new Logistic(larger, smaller, rest) : new Logistic(smaller, larger, rest);
  }

  /**
   * -v t log p - (1-t) log q. No large terms cancel: where x &ge; 0 that is (1-t) x and elsewhere
   * -v t x, plus (1 + (v-1) t) rest.
   */
  DoubleWord crossEntropy(double x, double t, double v, Arithmetic arithmetic) {
    DoubleWord strength = strength(t, v, arithmetic);
    if (Double.isInfinite(x)) {
      // PyTorch's terms as they stand, which cancel to NaN in places.
      double positive = arithmetic.round(strength.head() * Math.max(-x, 0));
      double negative = arithmetic.round(arithmetic.round(1 - t) * x);
      return DoubleWord.of(arithmetic.round(negative + positive));
    }
    DoubleWord slope =
        x >= 0 ? DoubleWord.sumOf(1, -t, arithmetic) : DoubleWord.productOf(-v, t, arithmetic);
    return strength.by(rest, arithmetic).plus(slope.by(x, arithmetic), arithmetic);
  }

  /** The derivative of the cross-entropy with respect to x. */
  DoubleWord derivative(double x, double t, double v, Arithmetic arithmetic) {
    DoubleWord strength = strength(t, v, arithmetic);
    return x >= 0
        ? DoubleWord.sumOf(1, -t, arithmetic).plus(strength.negated().by(q, arithmetic), arithmetic)
        : DoubleWord.productOf(-v, t, arithmetic).plus(strength.by(p, arithmetic), arithmetic);
  }

  /** 1 + (v-1) t, the factor of -log &sigma;(x). */
  private static DoubleWord strength(double t, double v, Arithmetic arithmetic) {
    DoubleWord one = DoubleWord.of(1);
    return v == 1
        ? one
        : DoubleWord.sumOf(v, -1, arithmetic).by(t, arithmetic).plus(one, arithmetic);
  }
}
