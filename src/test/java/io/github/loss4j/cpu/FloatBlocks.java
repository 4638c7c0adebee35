// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Random;
import java.util.function.IntFunction;

/** Blocks of F32 for tests, and what is computed of them compared with plain Java. */
final class FloatBlocks {
  static final int LENGTH = 1024;

  private static final float[] SPECIAL = {
    0,
    -0f,
    1,
    -1,
    2,
    0.5f,
    -0.5f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    0x1.fffffcp-127f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    0x1p-25f,
    -0x1p-25f,
    0x1.6a09e6p0f,
    0x1.6a09e8p0f,
    88,
    -88,
    -104,
    -0x1p21f,
    0x1p21f,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  private final Random random;

  FloatBlocks(long seed) {
    random = new Random(seed);
  }

  /** Any numbers: every bit pattern is as likely, and special ones are among them. */
  float[] any() {
    float[] x = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      x[i] =
          random.nextInt(3) == 0
              ? SPECIAL[random.nextInt(SPECIAL.length)]
              : Float.intBitsToFloat(random.nextInt());
    }
    return x;
  }

  /** Numbers between two others. */
  float[] between(double least, double largest) {
    float[] x = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      x[i] = (float) (least + (largest - least) * random.nextDouble());
    }
    x[random.nextInt(LENGTH)] = (float) least;
    x[random.nextInt(LENGTH)] = (float) largest;
    return x;
  }

  /** Words of given heads, with tails of up to half an ulp. */
  FloatWords words(float[] heads) {
    FloatWords words = new FloatWords(heads, new float[LENGTH]);
    for (int i = 0; i < LENGTH; i++) {
      words.tails()[i] =
          random.nextInt(4) == 0
              ? Math.copySign(0, random.nextFloat() - 0.5f)
              : Math.ulp(heads[i]) * (random.nextFloat() - 0.5f);
    }
    return words;
  }

  static FloatWords words() {
    return new FloatWords(LENGTH);
  }

  static void assertSame(IntFunction<DoubleWord> expected, FloatWords actual) {
    for (int i = 0; i < LENGTH; i++) {
      DoubleWord word = expected.apply(i);
      if (!same(word.head(), actual.heads()[i]) || !same(word.tail(), actual.tails()[i])) {
        fail("element %d is %s, expected %s".formatted(i, actual.get(i), word));
      }
    }
  }

  static void assertSameNumbers(IntFunction<Double> expected, float[] actual) {
    for (int i = 0; i < LENGTH; i++) {
      if (!same(expected.apply(i), actual[i])) {
        fail("element %d is %s, expected %s".formatted(i, actual[i], expected.apply(i)));
      }
    }
  }

  private static boolean same(double expected, float actual) {
    return Double.doubleToLongBits(expected) == Double.doubleToLongBits(actual);
  }
}
