// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/** Many {@link ScaledWord}s of F32: words with heads in [1, 2), or near 1, and exponents. */
final class FloatScaledWords {
  private final FloatWords words;
  private final float[] exponents;

  FloatScaledWords(int length) {
    words = new FloatWords(length);
    exponents = new float[length];
  }

  FloatWords words() {
    return words;
  }

  /** Integers. */
  float[] exponents() {
    return exponents;
  }
}
