// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static io.github.loss4j.tornado.Arithmetic.fma;
import static io.github.loss4j.tornado.Arithmetic.sum;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * e^x = p 2^n, with n the integer nearest to x log2 e, found by adding 1.5 * 2^23, and p a
 * polynomial of what is left. {@code kernels/exponential.clh} and {@code kernels/power.clh} are the
 * same in OpenCL C; a change here is a change there.
 *
 * <p>Every x is clamped and at most 2^21, or NaN.
 */
final class Exponential {
  static final float LN2_HIGH = 0x1.62e43p-1f;
  static final float LN2_LOW = -0x1.05c61p-29f;

  private static final float LOG2E_HIGH = 0x1.715476p0f;
  private static final float LOG2E_LOW = 0x1.4ae0cp-26f;
  private static final float ROUND_TO_INTEGER = 0x1.8p23f;

  /** Elements below it contribute nothing to a row whose largest is above -2^20. */
  private static final float LEAST = -0x1p21f;

  private Exponential() {}

  /** The nearest x that is taken here; a NaN stays, since it is not less than anything. */
  static float clamped(float x) {
    return x < LEAST ? LEAST : x;
  }

  /** The integer n, as a float. */
  static float whole(float x) {
    return fma(x, LOG2E_HIGH, ROUND_TO_INTEGER) - ROUND_TO_INTEGER;
  }

  /** What is left of x log2 e. */
  static float fraction(float x, float whole) {
    return fma(x, LOG2E_LOW, fma(x, LOG2E_HIGH, -whole));
  }

  /** (2^f - 1) / f for a fraction f, so that p = 1 + f slope. */
  static float slope(float f) {
    float p = fma(0x1.3f9064p-13f, f, 0x1.5f0a66p-10f);
    p = fma(p, f, 0x1.3b30bp-7f);
    p = fma(p, f, 0x1.c6af78p-5f);
    p = fma(p, f, 0x1.ebfbd8p-3f);
    return fma(p, f, LN2_HIGH);
  }

  /** n of any x up to 2^21, clamped first. */
  static int exponentOf(float x) {
    return (int) whole(clamped(x));
  }

  /** s + e^x 2^-exponent, rounded once but for e^x. */
  static float addTo(float s, FloatArray powers, float x, int exponent) {
    float whole = whole(x);
    float f = fraction(x, whole);
    float p = fma(slope(f), f, 1f);
    return fma(p, Arithmetic.power(powers, (int) whole - exponent), s);
  }

  /** p, and what rounding it takes off. */
  static ScaledWord word(float any) {
    float x = any > -LEAST ? -LEAST : any; // infinite in rows that have no softmax
    float whole = whole(x);
    float f = fraction(x, whole);
    float slope = slope(f);
    float head = fma(slope, f, 1f);
    return new ScaledWord(new DoubleWord(head, fma(slope, f, 1f - head)), (int) whole);
  }

  /** The same, closer. */
  static ScaledWord closeWord(float x) {
    float head = x * LOG2E_HIGH;
    float tail = fma(x, LOG2E_LOW, fma(x, LOG2E_HIGH, -head));
    return powerOf2(new DoubleWord(head, tail));
  }

  /** 2^y. The polynomial is (2^f - 1 - f ln 2) / f&sup2;. */
  private static ScaledWord powerOf2(DoubleWord y) {
    float whole = sum(y.head(), ROUND_TO_INTEGER) - ROUND_TO_INTEGER;
    DoubleWord f = DoubleWord.sumOf(y.head() - whole, y.tail());
    float p = fma(0x1.0112d4p-16f, f.head(), 0x1.4424bp-13f);
    p = fma(p, f.head(), 0x1.5d86f8p-10f);
    p = fma(p, f.head(), 0x1.3b2a48p-7f);
    p = fma(p, f.head(), 0x1.c6b08ep-5f);
    p = fma(p, f.head(), 0x1.ebfbep-3f);
    float slope = f.head() * LN2_HIGH;
    float slopeTail = fma(f.head(), LN2_LOW, fma(f.head(), LN2_HIGH, -slope));
    DoubleWord sum = DoubleWord.sumOfOrdered(1f, slope);
    float rest = fma(f.tail() * LN2_HIGH, sum.head(), slopeTail);
    float tail = fma(f.head() * f.head(), p, sum(sum.tail(), rest));
    return new ScaledWord(DoubleWord.sumOfOrdered(sum.head(), tail), (int) whole);
  }
}
