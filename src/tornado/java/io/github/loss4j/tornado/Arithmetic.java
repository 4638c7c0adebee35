// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The arithmetic of binary32 that has the same bits on every device, as TornadoVM compiles it.
 * {@code kernels/arithmetic.clh} is the same in OpenCL C; a change here is a change there.
 *
 * <p>Habits of TornadoVM's compiler shape it, and all kernels:
 *
 * <ul>
 *   <li>It makes one fused multiply-add of a product and the sum that the product goes into, and
 *       offers no other way to one. So {@link #fma} is a product and a sum, and what must be
 *       rounded before it is added goes through {@link #apart}.
 *   <li>It has no way from a float to its bits. So powers of two come from a table, and {@link
 *       Binary} finds exponents by comparing.
 *   <li>It cannot write down a NaN, so that kernels are handed one.
 *   <li>It loses the brackets of a condition that has both of {@code &&} and {@code ||}, so that
 *       there is neither: conditions are joined by {@code &} and {@code |}.
 * </ul>
 *
 * <p>Java by itself rounds such an {@link #fma} twice, which costs an ulp here and there: the bits
 * are those of the other backends only on a device.
 */
@SuppressWarnings("ShortCircuitBoolean")
final class Arithmetic {
  /** The largest exponent. */
  static final int BIAS = 127;

  private Arithmetic() {}

  /** What {@link #power} reads. */
  static FloatArray powers() {
    FloatArray powers = new FloatArray(2 * BIAS + 1);
    for (int n = 1 - BIAS; n <= BIAS; n++) {
      powers.set(n + BIAS, Math.scalb(1f, n));
    }
    powers.set(0, 0f);
    return powers;
  }

  /** a b + c, rounded once. */
  static float fma(float a, float b, float c) {
    return a * b + apart(c);
  }

  /** x itself, which the compiler does not join with what is made of it. */
  static float apart(float x) {
    return TornadoMath.max(x, x);
  }

  /** a + b of numbers that may be products. */
  static float sum(float a, float b) {
    return apart(a) + apart(b);
  }

  static boolean isFinite(float x) {
    return TornadoMath.abs(x) < Float.POSITIVE_INFINITY;
  }

  /** Whether a number is neither 0 nor infinite nor NaN. */
  static boolean isOrdinary(float x) {
    float magnitude = TornadoMath.abs(x);
    return magnitude > 0f & magnitude < Float.POSITIVE_INFINITY;
  }

  /** 2^n; 0 where there is no normal number for it. */
  static float power(FloatArray powers, int n) {
    return powers.get(TornadoMath.min(TornadoMath.max(n, -BIAS), BIAS) + BIAS);
  }

  /** x 2^n for 0 or a normal x and n at most BIAS, rounded once. */
  static float scaledDown(FloatArray powers, float x, int n) {
    int normal = TornadoMath.max(n, 1 - BIAS);
    return (x * power(powers, n - normal)) * power(powers, normal);
  }

  /** 1 / m for m in [1, 2]: the cubic closest to it, then two of Newton's steps. */
  static float reciprocal(float m) {
    float r = fma(-0x1.c65256p-3f, m, 0x1.54bdcap0f);
    r = fma(r, m, -0x1.783c44p1f);
    r = fma(r, m, 0x1.6a09bap1f);
    r = fma(r, fma(-m, r, 1f), r);
    return fma(r, fma(-m, r, 1f), r);
  }
}
