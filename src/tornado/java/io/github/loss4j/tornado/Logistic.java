// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static io.github.loss4j.tornado.Arithmetic.fma;
import static io.github.loss4j.tornado.Arithmetic.sum;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The logistic function of a logit and its logarithm, without cancellation. {@code
 * kernels/logistic.clh} is the same in OpenCL C; a change here is a change there.
 *
 * @param x the logit
 * @param p 1 / (1 + e^-x)
 * @param q 1 - p
 * @param rest log(1 + e^-|x|), so that -log p = max(-x, 0) + rest
 */
record Logistic(float x, DoubleWord p, DoubleWord q, DoubleWord rest) {

  /** With u = e^-|x| the larger of p and q is 1 / (1 + u), the smaller u / (1 + u). */
  static Logistic of(FloatArray powers, float x) {
    ScaledWord exponential = Exponential.closeWord(Exponential.clamped(-TornadoMath.abs(x)));
    int n = exponential.exponent();
    DoubleWord u = exponential.word().scaledDown(powers, n);
    DoubleWord head = DoubleWord.sumOfOrdered(1f, u.head());
    DoubleWord total = new DoubleWord(head.head(), sum(head.tail(), u.tail()));
    DoubleWord larger = total.reciprocal();
    DoubleWord smaller = exponential.word().over(total).scaledDown(powers, n);
    DoubleWord log = Logarithm.of1Plus(u.head());
    boolean positive = x >= 0f;
    return new Logistic(
        x,
        DoubleWord.choose(positive, larger, smaller),
        DoubleWord.choose(positive, smaller, larger),
        new DoubleWord(log.head(), fma(u.tail(), larger.head(), log.tail())));
  }

  /** 1 + (v - 1) t, the factor of -log p. */
  private static DoubleWord strength(float t, float v) {
    DoubleWord strength = DoubleWord.sumOf(v, -1f).by(t).plus(DoubleWord.of(1f));
    return DoubleWord.choose(v == 1f, DoubleWord.of(1f), strength);
  }

  /**
   * -v t log p - (1 - t) log q. No large terms cancel: where x &ge; 0 that is (1 - t) x and
   * elsewhere -v t x, plus (1 + (v - 1) t) rest. Of an infinite x PyTorch's terms are added as they
   * stand, which cancel to NaN in places.
   */
  DoubleWord crossEntropy(float t, float v) {
    DoubleWord strength = strength(t, v);
    float infinite = sum((1f - t) * x, strength.head() * (x < 0f ? -x : 0f));
    DoubleWord slope =
        DoubleWord.choose(x >= 0f, DoubleWord.sumOf(1f, -t), DoubleWord.productOf(-v, t));
    DoubleWord finite = strength.by(rest).plus(slope.by(x));
    boolean isInfinite = TornadoMath.abs(x) == Float.POSITIVE_INFINITY;
    return DoubleWord.choose(isInfinite, DoubleWord.of(infinite), finite);
  }

  /** The derivative of the cross-entropy with respect to x. */
  DoubleWord derivative(float t, float v) {
    DoubleWord strength = strength(t, v);
    DoubleWord above = DoubleWord.sumOf(1f, -t).plus(strength.negated().by(q));
    DoubleWord below = DoubleWord.productOf(-v, t).plus(strength.by(p));
    return DoubleWord.choose(x >= 0f, above, below);
  }

  /** The derivative of the cross-entropy with respect to t. */
  DoubleWord targetDerivative(float v) {
    DoubleWord softplus = DoubleWord.of(x < 0f ? -x : 0f).plus(rest);
    DoubleWord weighted = DoubleWord.sumOf(v, -1f).by(softplus).plus(DoubleWord.of(-x));
    return DoubleWord.choose(v == 1f, DoubleWord.of(-x), weighted);
  }
}
