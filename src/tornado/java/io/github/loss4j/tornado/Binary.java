// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static io.github.loss4j.tornado.Arithmetic.power;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A number taken apart: significand 2^exponent, the significand in [1, 2). */
record Binary(float significand, int exponent) {

  /** The parts of a finite x &gt; 0: each step halves the range that its exponent may lie in. */
  static Binary of(FloatArray powers, float x) {
    boolean subnormal = x < 0x1p-126f;
    float m = subnormal ? x * 0x1p64f : x;
    int exponent = subnormal ? -64 : 0;
    for (int step = 64; step >= 1; step = step >> 1) {
      boolean small = m < power(powers, 1 - step);
      m = small ? m * power(powers, step) : m;
      exponent = small ? exponent - step : exponent;
    }
    for (int step = 64; step >= 1; step = step >> 1) {
      boolean large = m >= power(powers, step);
      m = large ? m * power(powers, -step) : m;
      exponent = large ? exponent + step : exponent;
    }
    return new Binary(m, exponent);
  }

  /** This times 2^n. */
  Binary scaled(int n) {
    return new Binary(significand, exponent + n);
  }
}
