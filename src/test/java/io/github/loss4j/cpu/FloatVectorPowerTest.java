// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatBlocks.LENGTH;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks of powers have the bits of {@link Power}. */
@Tag("vectors")
class FloatVectorPowerTest {
  private static final FloatArithmetic A = FloatArithmetic.INSTANCE;

  private final FloatWords into = FloatBlocks.words();
  private final FloatWords parts = FloatBlocks.words();
  private final float[] n = new float[LENGTH];

  @ParameterizedTest
  @ValueSource(doubles = {1e-30, 1, 60, 110, 3e6, 1e30})
  void exponentialsOfNegativeNumbers(double size) {
    float[] x = new FloatBlocks(1).between(-size, 0);
    x[5] = -0f;
    x[6] = Float.NEGATIVE_INFINITY;
    FloatVectorPower.exponentials(x, parts, n, LENGTH);
    FloatBlocks.assertSame(i -> A.closeExponentialWord(x[i]).word(), parts);
    FloatBlocks.assertSameNumbers(i -> (double) A.closeExponentialWord(x[i]).exponent(), n);
    FloatVectorPower.scaledDown(parts, n, into, LENGTH);
    FloatBlocks.assertSame(
        i -> {
          ScaledWord word = A.closeExponentialWord(x[i]);
          return word.word().scaledDown(word.exponent(), A);
        },
        into);
  }
}
