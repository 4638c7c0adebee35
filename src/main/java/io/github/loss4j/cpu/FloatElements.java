// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowKernels.Operand;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elements of tensors of F32 or of 16 bits as blocks of F32: widened as they are read, rounded as
 * they are written.
 */
final class FloatElements {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final int WIDTH = FloatVectors.WIDTH;
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(WIDTH * Short.SIZE));

  private final short[] halves;

  FloatElements(int length) {
    halves = new short[length];
  }

  /** Reads elements of an operand from one of the piece on. */
  void read(Operand operand, long first, long from, float[] into, int count) {
    if (operand.period() == 0) {
      read(operand.tensor(), from, into, 0, count);
      return;
    }
    long inner = operand.inner();
    long period = operand.period();
    long at = (first + from) / inner % period;
    long neighbour = (first + from) % inner;
    for (int j = 0; j < count; ) {
      int run;
      if (inner == 1) {
        run = (int) Math.min(count - j, period - at);
        read(operand.tensor(), at, into, j, run);
        at = (at + run) % period;
      } else {
        run = (int) Math.min(count - j, inner - neighbour);
        Arrays.fill(into, j, j + run, (float) operand.tensor().getDouble(at));
        neighbour = 0;
        at = (at + 1) % period;
      }
      j += run;
    }
  }

  /** Reads elements side by side. */
  void read(Tensor tensor, long from, float[] into, int at, int count) {
    MemorySegment memory = tensor.memory();
    switch (tensor.dtype()) {
      case F32 -> MemorySegment.copy(memory, F32, from * Float.BYTES, into, at, count);
      case BF16 -> widen(memory, from * Short.BYTES, into, at, count);
      case F16 -> {
        MemorySegment.copy(memory, I16, from * Short.BYTES, halves, 0, count);
        for (int j = 0; j < count; j++) {
          into[at + j] = Float.float16ToFloat(halves[j]);
        }
      }
      default -> throw new IllegalArgumentException(tensor + " is not widened to F32");
    }
  }

  /** Writes values from one on to elements side by side. */
  void write(float[] values, int at, Tensor tensor, long from, int count) {
    MemorySegment memory = tensor.memory();
    switch (tensor.dtype()) {
      case F32 -> MemorySegment.copy(values, at, memory, F32, from * Float.BYTES, count);
      case BF16 -> pack(values, at, memory, from * Short.BYTES, count);
      case F16 -> {
        for (int j = 0; j < count; j++) {
          halves[j] = Float.floatToFloat16(values[at + j]);
        }
        MemorySegment.copy(halves, 0, memory, I16, from * Short.BYTES, count);
      }
      default -> throw new IllegalArgumentException(tensor + " is not rounded from F32");
    }
  }

  private static void widen(MemorySegment memory, long start, float[] into, int at, int count) {
    FloatVectorSegment.expectFault(memory);
    int whole = count / WIDTH * WIDTH;
    for (int j = 0; j < whole; j += WIDTH) {
      ShortVector.fromMemorySegment(
              SHORTS, memory, start + (long) j * Short.BYTES, ByteOrder.LITTLE_ENDIAN)
          .convertShape(VectorOperators.ZERO_EXTEND_S2I, FloatVectors.INTS, 0)
          .reinterpretAsInts()
          .lanewise(VectorOperators.LSHL, Short.SIZE)
          .reinterpretAsFloats()
          .intoArray(into, at + j);
    }
    for (int j = whole; j < count; j++) {
      short half = memory.get(I16, start + (long) j * Short.BYTES);
      into[at + j] = Float.intBitsToFloat(half << Short.SIZE);
    }
  }

  /** Values up to the end of their last vector are there. */
  private void pack(float[] values, int at, MemorySegment memory, long start, int count) {
    FloatVectorSegment.expectFault(memory);
    int whole = count / WIDTH * WIDTH;
    for (int j = 0; j < whole; j += WIDTH) {
      rounded(values, at + j)
          .intoMemorySegment(memory, start + (long) j * Short.BYTES, ByteOrder.LITTLE_ENDIAN);
    }
    if (whole < count) {
      rounded(values, at + whole).intoArray(halves, 0);
      long end = start + (long) whole * Short.BYTES;
      MemorySegment.copy(halves, 0, memory, I16, end, count - whole);
    }
  }

  private static ShortVector rounded(float[] values, int at) {
    return FloatVectors.roundedToHalf(FloatVectors.at(values, at).reinterpretAsInts())
        .lanewise(VectorOperators.LSHR, Short.SIZE)
        .convertShape(VectorOperators.I2S, SHORTS, 0)
        .reinterpretAsShorts();
  }
}
