// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatBlocks.LENGTH;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks of logarithms have the bits of {@link Logarithm}. */
@Tag("vectors")
class FloatVectorLogarithmTest {
  private static final FloatArithmetic A = FloatArithmetic.INSTANCE;

  private final FloatWords near1 = FloatBlocks.words();
  private final FloatWords into = FloatBlocks.words();
  private final float[] u = new float[LENGTH];
  private final float[] k = new float[LENGTH];

  @ParameterizedTest
  @ValueSource(doubles = {1, 1e-3, 1e-7, 1e-20, 1e-44})
  void logarithmsNear1(double size) {
    float[] x = new FloatBlocks(1).between(-0.49 * size, size);
    FloatVectorLogarithm.log1p(x, into, LENGTH);
    FloatBlocks.assertSame(i -> A.log1pWord(x[i]), into);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void logarithmsOfAnyNumbers(long seed) {
    float[] x = new FloatBlocks(seed).any();
    FloatVectorLogarithm.split(x, u, k, LENGTH);
    FloatVectorLogarithm.near1(u, near1, LENGTH);
    FloatVectorLogarithm.logarithms(x, near1, k, into, LENGTH);
    FloatBlocks.assertSame(i -> A.logWord(x[i]), into);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void logarithmsOfRatios(long seed) {
    FloatBlocks blocks = new FloatBlocks(seed);
    float[] m = blocks.between(1, Math.nextDown(2f));
    float[] exponents = blocks.between(-60, 60);
    float[] x = seed % 2 == 0 ? blocks.between(-40, 40) : blocks.between(-1e30, 1e30);
    float[] rest = blocks.between(-1e-8, 1e-8);
    for (int i = 0; i < LENGTH; i++) {
      exponents[i] = Math.round(exponents[i]);
      u[i] = m[i] - 1;
    }
    FloatVectorLogarithm.near1(u, near1, LENGTH);
    FloatVectorLogarithm.logRatio(near1, exponents, rest, x, into, LENGTH);
    FloatBlocks.assertSame(
        i -> A.logRatio(new Arithmetic.Binary(m[i], (int) exponents[i]), rest[i], x[i]), into);
  }
}
