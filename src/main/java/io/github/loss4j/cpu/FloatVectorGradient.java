// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** With the Vector API, from contiguous F32 to F32. */
final class FloatVectorGradient implements SegmentGradient {
  private static final int WIDTH = FloatVectors.WIDTH;

  private final RowView logits;
  private final RowView gradient;
  private final FloatArithmetic arithmetic;
  private final SegmentGradient plain;
  private final double[] rest = new double[WIDTH];

  FloatVectorGradient(RowView logits, RowView gradient, FloatArithmetic arithmetic) {
    this.logits = logits;
    this.gradient = gradient;
    this.arithmetic = arithmetic;
    plain = new PlainSegmentGradient(logits, gradient, arithmetic);
  }

  static boolean canWrite(RowView logits, RowView gradient) {
    return logits.isContiguous()
        && logits.dtype() == DType.F32
        && gradient.isContiguous()
        && gradient.dtype() == DType.F32;
  }

  @Override
  public void write(long row, int from, RowPush push) {
    if (!push.isOrdinary()) {
      plain.write(row, from, push);
      return;
    }
    int count = logits.count(from);
    int whole = count - count % WIDTH;
    writeVectors(
        logits.memory(),
        logits.offset(row, from),
        gradient.memory(),
        gradient.offset(row, from),
        whole / WIDTH,
        push);
    writeRest(row, from, whole, count, push);
    int label = push.label() - from;
    if (label >= 0 && label < count) {
      gradient.set(row, push.label(), push.atLabel());
    }
  }

  private void writeVectors(
      MemorySegment from,
      long fromOffset,
      MemorySegment to,
      long toOffset,
      int vectors,
      RowPush push) {
    FloatVector shift = FloatVectors.of((float) push.shift());
    FloatVector reference = FloatVectors.of((float) push.reference());
    FloatVector atTies = FloatVectors.of((float) push.atTies());
    FloatVector head = FloatVectors.of((float) push.factor().head());
    FloatVector tail = FloatVectors.of((float) push.factor().tail());
    int bits = FloatArithmetic.ROUND_TO_INTEGER_BITS + push.exponent();
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * WIDTH * Float.BYTES;
      FloatVector x =
          FloatVector.fromMemorySegment(
              FloatVectors.FLOATS, from, fromOffset + at, ByteOrder.LITTLE_ENDIAN);
      VectorMask<Float> tied = x.compare(VectorOperators.EQ, reference);
      FloatVector y = FloatVectors.clamped(x.sub(shift));
      FloatVector t = FloatVectors.rounded(y);
      IntVector n = t.reinterpretAsInts().sub(bits);
      FloatVector product = FloatVectors.product(y, t, head, tail);
      FloatVector scaled = FloatVectors.scaledDown(product, n);
      scaled.blend(atTies, tied).intoMemorySegment(to, toOffset + at, ByteOrder.LITTLE_ENDIAN);
    }
  }

  private void writeRest(long row, int from, int whole, int count, RowPush push) {
    for (int j = whole; j < count; j++) {
      rest[j - whole] = logits.get(row, from + j);
    }
    arithmetic.push(rest, count - whole, push);
    for (int j = whole; j < count; j++) {
      gradient.set(row, from + j, rest[j - whole]);
    }
  }
}
