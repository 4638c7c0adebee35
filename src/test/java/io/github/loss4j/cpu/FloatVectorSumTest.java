// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.ExactSum;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The sums of blocks are exact, or there is none. */
@Tag("vectors")
class FloatVectorSumTest {
  private static final int LENGTH = 256;

  private final FloatVectorSum sum = new FloatVectorSum();
  private final Random random = new Random(1);

  private float[] block(int leastExponent, int exponents) {
    float[] block = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      float significand = (1 + random.nextFloat()) * (random.nextInt(4) == 0 ? -1 : 1);
      block[i] = Math.scalb(significand, leastExponent + random.nextInt(exponents));
    }
    block[random.nextInt(LENGTH)] = 0;
    return block;
  }

  private static double exact(float[] block) {
    ExactSum exact = new ExactSum();
    for (float term : block) {
      exact.add(term);
    }
    return exact.value();
  }

  @Test
  void narrowBlocksAreSummed() {
    for (int least = -145; least < 100; least++) {
      float[] block = block(least, 20);
      assertEquals(exact(block), sum.of(block));
    }
  }

  @Test
  void wideBlocksAreNotSummedWrongly() {
    int summed = 0;
    for (int i = 0; i < 4000; i++) {
      float[] block = block(-30, 15 + i % 30);
      double ofBlock = sum.of(block);
      if (!Double.isNaN(ofBlock)) {
        summed++;
        assertEquals(exact(block), ofBlock);
      }
    }
    assertEquals(0.25, summed / 4000.0, 0.15);
  }

  @Test
  void fullSignificandsOfEqualSignHaveRoom() {
    float[] block = new float[LENGTH];
    Arrays.fill(block, Math.nextDown(0x1p22f));
    block[7] = Math.nextUp(1f);
    assertEquals(exact(block), sum.of(block));
    block[7] = Math.nextUp(0.5f);
    assertEquals(Double.NaN, sum.of(block));
  }

  @Test
  void zerosAndSubnormalNumbersAreSummed() {
    float[] block = new float[LENGTH];
    assertEquals(0, sum.of(block));
    block[3] = -0f;
    assertEquals(0, sum.of(block));
    block[5] = Float.MIN_VALUE;
    assertEquals(Float.MIN_VALUE, sum.of(block));
    block[6] = -3 * Float.MIN_VALUE;
    assertEquals(-2 * (double) Float.MIN_VALUE, sum.of(block));
  }

  @Test
  void whatIsNotFiniteHasNoSum() {
    for (float x : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] block = block(0, 2);
      block[200] = x;
      assertEquals(Double.NaN, sum.of(block));
    }
  }
}
