// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Elements of each type in memory: widened exactly as they are read, rounded as they are written.
 */
final class Elements {
  private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfByte I8 = ValueLayout.JAVA_BYTE;

  private Elements() {}

  static double getDouble(MemorySegment memory, DType dtype, long index) {
    return switch (dtype) {
      case F64 -> memory.get(F64, index * Double.BYTES);
      case F32 -> memory.get(F32, index * Float.BYTES);
      case F16 -> Float.float16ToFloat(memory.get(I16, index * Short.BYTES));
      case BF16 -> Float.intBitsToFloat(memory.get(I16, index * Short.BYTES) << 16);
      default -> getLong(memory, dtype, index);
    };
  }

  static void read(MemorySegment memory, DType dtype, long from, double[] into, int count) {
    if (dtype == DType.F32) {
      for (int i = 0; i < count; i++) {
        into[i] = memory.get(F32, (from + i) * Float.BYTES);
      }
    } else {
      for (int i = 0; i < count; i++) {
        into[i] = getDouble(memory, dtype, from + i);
      }
    }
  }

  static long getLong(MemorySegment memory, DType dtype, long index) {
    return switch (dtype) {
      case I64 -> memory.get(I64, index * Long.BYTES);
      case I32 -> memory.get(I32, index * Integer.BYTES);
      case I16 -> memory.get(I16, index * Short.BYTES);
      case I8 -> memory.get(I8, index);
      case U8, BOOL -> Byte.toUnsignedInt(memory.get(I8, index));
      default -> throw new InvalidInputException(dtype + " has no integer elements");
    };
  }

  static void setDouble(MemorySegment memory, DType dtype, long index, double value) {
    switch (dtype) {
      case F64 -> memory.set(F64, index * Double.BYTES, value);
      case F32 -> memory.set(F32, index * Float.BYTES, (float) value);
      case F16 -> memory.set(I16, index * Short.BYTES, Float.floatToFloat16(towardsOdd(value)));
      case BF16 -> memory.set(I16, index * Short.BYTES, toBfloat16(towardsOdd(value)));
      default -> throw new InvalidInputException(dtype + " is not a floating-point type");
    }
  }

  static void setLong(MemorySegment memory, DType dtype, long index, long value) {
    switch (dtype) {
      case I64 -> memory.set(I64, index * Long.BYTES, value);
      case I32 -> memory.set(I32, index * Integer.BYTES, (int) value);
      case I16 -> memory.set(I16, index * Short.BYTES, (short) value);
      case I8, U8, BOOL -> memory.set(I8, index, (byte) value);
      default -> throw new InvalidInputException(dtype + " has no integer elements");
    }
  }

  /**
   * Rounds an inexact double to the neighbour whose last bit is set, so that rounding once more, to
   * 16 bits, still knows on which side of a tie it was.
   */
  private static float towardsOdd(double value) {
    float nearest = (float) value;
    if (nearest == value || Double.isNaN(value)) {
      return nearest;
    }
    int bits = Float.floatToRawIntBits(nearest);
    return Float.intBitsToFloat((Math.abs(nearest) > Math.abs(value) ? bits - 1 : bits) | 1);
  }

  /** Rounds to nearest, ties to even; a NaN stays one. */
  private static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
