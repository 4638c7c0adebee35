// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How elements are read and rounded, for every type. */
class TensorElementsTest {
  /** A format of 16 bits with a number of bits for the fraction. */
  private record Half(DType dtype, int fractionBits, double largest) {
    /** What a pattern of bits stands for, by the definition of IEEE 754. */
    double value(int bits) {
      int bias = (1 << (14 - fractionBits)) - 1;
      int exponent = (bits & 0x7fff) >> fractionBits;
      int fraction = bits & ((1 << fractionBits) - 1);
      double magnitude =
          exponent == 0
              ? fraction * Math.pow(2, 1 - bias - fractionBits)
              : (fraction + (1 << fractionBits)) * Math.pow(2, exponent - bias - fractionBits);
      return (bits & 0x8000) == 0 ? magnitude : -magnitude;
    }

    boolean isFinite(int bits) {
      return (bits & 0x7fff) >> fractionBits < (1 << (15 - fractionBits)) - 1;
    }
  }

  private static final Half F16 = new Half(DType.F16, 10, 65504);
  private static final Half BF16 = new Half(DType.BF16, 7, 0x1.fep127);

  @Test
  void everyPatternOf16BitsHasItsValue() {
    for (Half half : new Half[] {F16, BF16}) {
      short[] pattern = new short[1];
      Tensor tensor = Tensor.of(MemorySegment.ofArray(pattern), half.dtype(), 1);
      for (int bits = 0; bits < 1 << 16; bits++) {
        pattern[0] = (short) bits;
        double value = tensor.getDouble(0);
        if (half.isFinite(bits)) {
          assertEquals(half.value(bits), value);
          tensor.setDouble(0, value);
          assertEquals((short) bits, pattern[0], "set what was got");
        } else if ((bits & ((1 << half.fractionBits()) - 1)) == 0) {
          assertEquals(bits < 0x8000 ? Double.POSITIVE_INFINITY : -1 / 0.0, value);
        } else {
          assertTrue(Double.isNaN(value));
        }
      }
    }
  }

  @Test
  void numbersBetweenTwoOf16BitsRoundToTheNearest() {
    for (Half half : new Half[] {F16, BF16}) {
      for (int bits = 0; half.isFinite(bits + 1); bits++) {
        double below = half.value(bits);
        double above = half.value(bits + 1);
        double middle = below + (above - below) / 2;
        double even = bits % 2 == 0 ? below : above;
        assertRounds(half, even, middle);
        assertRounds(half, -even, -middle);
        assertRounds(half, below, Math.nextDown(middle));
        assertRounds(half, above, Math.nextUp(middle));
        assertRounds(half, -above, Math.nextDown(-middle));
      }
    }
  }

  @Test
  void numbersBeyondTheLargestOf16BitsAreInfinite() {
    for (Half half : new Half[] {F16, BF16}) {
      double unit = half.largest() - half.value(bitsOf(half, half.largest()) - 1);
      double tie = half.largest() + unit / 2;
      assertRounds(half, half.largest(), Math.nextDown(tie));
      assertRounds(half, Double.POSITIVE_INFINITY, tie);
      assertRounds(half, Double.POSITIVE_INFINITY, Double.MAX_VALUE);
      assertRounds(half, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY);
      assertRounds(half, 0, Double.MIN_VALUE);
      assertRounds(half, Double.NaN, Double.NaN);
    }
  }

  /** A NaN whose payload lies in the lower half of its bits must not become an infinity. */
  @Test
  void everyNanStaysOne() {
    for (int bits : new int[] {0x7f800001, 0xff800001, 0x7fffffff, 0x7fc00000}) {
      for (Half half : new Half[] {F16, BF16}) {
        assertRounds(half, Double.NaN, Float.intBitsToFloat(bits));
      }
    }
  }

  @Test
  void f16RoundsAsTheJdkDoes() {
    Random random = new Random(1);
    short[] bits = new short[1];
    Tensor tensor = Tensor.of(MemorySegment.ofArray(bits), DType.F16, 1);
    for (int i = 0; i < 200_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      tensor.setDouble(0, value);
      if (!Float.isNaN(value)) {
        assertEquals(Float.floatToFloat16(value), bits[0], () -> "" + value);
      }
    }
  }

  @Test
  void f32RoundsToNearestEven() {
    float[] values = new float[1];
    Tensor tensor = Tensor.of(values);
    Random random = new Random(2);
    for (int i = 0; i < 100_000; i++) {
      double value = random.nextGaussian() * Math.scalb(1.0, random.nextInt(-160, 130));
      tensor.setDouble(0, value);
      assertEquals(new BigDecimal(value).floatValue(), values[0]);
    }
  }

  @Test
  void integersKeepTheirLowBits() {
    long[] values = {0, 1, -1, 127, 128, 255, 256, 1L << 31, (1L << 53) + 1, Long.MIN_VALUE};
    for (long value : values) {
      assertEquals(value, stored(DType.I64, value));
      assertEquals(value << 32 >> 32, stored(DType.I32, value));
      assertEquals(value << 48 >> 48, stored(DType.I16, value));
      assertEquals(value << 56 >> 56, stored(DType.I8, value));
      assertEquals(value & 0xff, stored(DType.U8, value));
    }
    assertEquals(1, stored(DType.BOOL, 1));
  }

  @Test
  void aTypeOfTheOtherKindIsRefused() {
    Tensor floats = Tensor.of(new float[1]);
    Tensor longs = Tensor.of(new long[1]);
    assertThrows(InvalidInputException.class, () -> floats.getLong(0));
    assertThrows(InvalidInputException.class, () -> floats.setLong(0, 1));
    assertThrows(InvalidInputException.class, () -> longs.setDouble(0, 1));
    assertThrows(InvalidInputException.class, () -> Tensor.scalar(1, DType.I64));
    assertArrayEquals(new double[] {0}, longs.toDoubleArray());
  }

  @Test
  void indicesOutsideTheTensorAreRefused() {
    for (DType dtype : DType.values()) {
      Tensor tensor = Tensor.allocate(dtype, 2, 2);
      assertThrows(IndexOutOfBoundsException.class, () -> tensor.getDouble(4));
      assertThrows(IndexOutOfBoundsException.class, () -> tensor.getDouble(-1));
    }
  }

  @Test
  void typesKnowTheirSizeAndKind() {
    String floating = "";
    String integer = "";
    for (DType dtype : DType.values()) {
      assertEquals(2L * dtype.bytes(), Tensor.allocate(dtype, 2).memory().byteSize());
      floating += dtype.isFloating() ? dtype + ">" + dtype.arithmetic() + " " : "";
      integer += dtype.isInteger() ? dtype + " " : "";
    }
    assertEquals("F64>F64 F32>F32 F16>F32 BF16>F32 ", floating);
    assertEquals("I64 I32 I16 I8 U8 ", integer);
    assertThrows(InvalidInputException.class, DType.BOOL::arithmetic);
  }

  private static long stored(DType dtype, long value) {
    Tensor tensor = Tensor.allocate(dtype, 1);
    tensor.setLong(0, value);
    return tensor.getLong(0);
  }

  private static int bitsOf(Half half, double value) {
    short[] bits = new short[1];
    Tensor.of(MemorySegment.ofArray(bits), half.dtype(), 1).setDouble(0, value);
    return bits[0];
  }

  private static void assertRounds(Half half, double expected, double value) {
    Tensor tensor = Tensor.allocate(half.dtype(), 1);
    tensor.setDouble(0, value);
    assertEquals(expected, tensor.getDouble(0), () -> value + " as " + half.dtype());
  }
}
