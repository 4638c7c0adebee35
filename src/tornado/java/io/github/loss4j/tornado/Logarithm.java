// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static io.github.loss4j.tornado.Arithmetic.fma;
import static io.github.loss4j.tornado.Arithmetic.isFinite;
import static io.github.loss4j.tornado.Arithmetic.reciprocal;
import static io.github.loss4j.tornado.Arithmetic.sum;
import static io.github.loss4j.tornado.Exponential.LN2_HIGH;
import static io.github.loss4j.tornado.Exponential.LN2_LOW;

import uk.ac.manchester.tornado.api.math.TornadoMath;

/**
 * Logarithms by double words. {@code kernels/logarithm.clh} is the same in OpenCL C; a change here
 * is a change there.
 */
final class Logarithm {
  /** Below it log(1 + u) is u - u&sup2; / 2. */
  private static final float TINY = 0x1p-25f;

  private Logarithm() {}

  /**
   * log(1 + u) for -1/2 &le; u &le; 1, as 2 atanh(t) = 2 t + t&sup3; p(t&sup2;) with t = u / (2 +
   * u), both of whose roundings go into the tail.
   */
  private static DoubleWord near1(float u) {
    DoubleWord divisor = DoubleWord.sumOfOrdered(2f, u);
    float unit = u < 0f ? 1f : 0.5f;
    float inverse = reciprocal(unit * divisor.head()) * unit;
    float t = u * inverse;
    float remainder = fma(-t, divisor.tail(), fma(-t, divisor.head(), u));
    float square = t * t;
    float p = fma(0x1.e11f94p-3f, square, 0x1.bb31acp-3f);
    p = fma(p, square, 0x1.24d76ap-2f);
    p = fma(p, square, 0x1.999866p-2f);
    p = fma(p, square, 0x1.555556p-1f);
    // By what t is off the logarithm is off 1 / (1 - t^2), about 1 + t^2, times that.
    float rest = 2f * (remainder * inverse);
    return new DoubleWord(2f * t, fma(t * square, p, fma(rest, square, rest)));
  }

  /**
   * log(1 + u) for 0 &le; u &le; 1. For a tiny u two terms of the series do, and its quotient's
   * remainder would underflow.
   */
  static DoubleWord of1Plus(float u) {
    DoubleWord tiny = new DoubleWord(u, (-0.5f * u) * u);
    return DoubleWord.choose(TornadoMath.abs(u) < TINY, tiny, near1(u));
  }

  /**
   * The logarithm of x e^rest / e^y, for a tiny rest. The other three parts may cancel.
   *
   * @param x with an exponent that is exact in a float
   */
  static DoubleWord ofRatio(Binary x, float rest, float y) {
    float k = (float) x.exponent();
    float product = k * LN2_HIGH;
    DoubleWord part = near1(x.significand() - 1f);
    DoubleWord difference = DoubleWord.sumOf(product, -y);
    DoubleWord sum = DoubleWord.sumOf(difference.head(), part.head());
    float productTail = fma(k, LN2_LOW, fma(k, LN2_HIGH, -product));
    float tail = sum(sum(difference.tail(), sum.tail()), sum(productTail, sum(part.tail(), rest)));
    DoubleWord ratio = DoubleWord.sumOfOrdered(sum.head(), tail);
    return DoubleWord.choose(isFinite(y), ratio, DoubleWord.of(-y));
  }
}
