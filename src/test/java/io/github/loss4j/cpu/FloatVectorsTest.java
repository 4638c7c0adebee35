// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.util.Random;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The short ways to round and to scale have the bits of the long ones. */
@Tag("vectors")
class FloatVectorsTest {
  private static final int WIDTH = FloatVectors.WIDTH;

  /** No product with LOG2E_HIGH lies half-way between integers, whose parity would matter. */
  @Test
  void everyIntegerLessRoundsTheSame() {
    Random random = new Random(5);
    for (int i = 0; i < 200_000; i++) {
      float integer = random.nextInt(i < 100_000 ? 400 : 1 << 20);
      float x = (float) ((integer + 0.5) / FloatArithmetic.LOG2E_HIGH);
      int steps = random.nextInt(-2, 3);
      x = Float.intBitsToFloat(Float.floatToRawIntBits(x) + steps);
      x = random.nextBoolean() ? x : -x;
      int less = random.nextInt(-(1 << 20), 1 << 20);
      assertSameParts(x, FloatArithmetic.ROUND_TO_INTEGER - less);
    }
  }

  private static void assertSameParts(float x, float toInteger) {
    FloatVector at = FloatVectors.of(x);
    FloatVector t = FloatVectors.rounded(at);
    FloatVector other = FloatVectors.rounded(at, FloatVectors.of(toInteger));
    float integer = t.lane(0) - FloatArithmetic.ROUND_TO_INTEGER;
    assertEquals(integer, other.lane(0) - toInteger, () -> "of " + x);
    assertEquals(
        FloatVectors.significand(at, t).lane(0),
        FloatVectors.significand(at, other, FloatVectors.of(toInteger)).lane(0));
  }

  @Test
  void everyPowerOf2ScalesNormalNumbersAsAProductDoes() {
    Random random = new Random(6);
    for (int i = 0; i < 100_000; i++) {
      float x = Math.scalb(1 + random.nextFloat(), random.nextInt(-125, 127));
      int exponent = Math.getExponent(x);
      int n = random.nextInt(-126 - exponent, 128 - exponent);
      FloatVector t = FloatVectors.of(FloatArithmetic.ROUND_TO_INTEGER + n);
      for (float signed : new float[] {x, -x}) {
        assertEquals(
            Math.scalb(signed, n), FloatVectors.timesPowerOf2(FloatVectors.of(signed), t).lane(0));
      }
    }
  }

  @Test
  void everyNumberRoundsToBf16AsATensorDoes() {
    Tensor half = Tensor.allocate(DType.BF16, 1);
    float[] xs = new FloatBlocks(7).any();
    for (int i = 0; i < xs.length; i += WIDTH) {
      FloatVector x = FloatVectors.at(xs, i);
      int[] numbers = FloatVectors.numberRoundedToHalf(x.reinterpretAsInts()).toArray();
      int[] all = FloatVectors.roundedToHalf(x.reinterpretAsInts()).toArray();
      for (int lane = 0; lane < WIDTH; lane++) {
        half.setDouble(0, xs[i + lane]);
        if (!Float.isNaN(xs[i + lane])) {
          assertSameHalf(half, numbers[lane]);
        }
        assertSameHalf(half, all[lane]);
      }
    }
  }

  private static void assertSameHalf(Tensor expected, int bits) {
    float actual = Float.intBitsToFloat(bits & 0xffff0000);
    if (Double.doubleToLongBits(expected.getDouble(0)) != Double.doubleToLongBits(actual)) {
      fail("%s, expected %s".formatted(actual, expected.getDouble(0)));
    }
  }
}
