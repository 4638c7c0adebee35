// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.host.RowOrder;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * With the Vector API. From contiguous F32 or BF16 it goes to the same directly. Rows whose
 * gradients are not all normal numbers take longer: their BF16, two of which lie in an int, are
 * widened to F32, all lower ones first and then all upper ones, and packed again afterwards.
 * Everything else is copied.
 */
final class FloatVectorGradient implements SegmentGradient {
  private static final int WIDTH = FloatVectors.WIDTH;
  private static final int VECTOR = WIDTH * Float.BYTES;
  private static final int UPPER_HALF = 0xffff0000;

  private final RowView logits;
  private final RowView gradient;
  private final FloatArithmetic arithmetic;
  private @Nullable SegmentGradient plain;
  private final float[] rest = new float[2 * WIDTH];

  private @Nullable FloatSegment copy;
  private final boolean floats;
  private final boolean halves;
  private final int[] words;

  FloatVectorGradient(RowView logits, RowView gradient, FloatArithmetic arithmetic) {
    this.logits = logits;
    this.gradient = gradient;
    this.arithmetic = arithmetic;
    floats = logits.isContiguous(DType.F32) && gradient.isContiguous(DType.F32);
    halves = logits.isContiguous(DType.BF16) && gradient.isContiguous(DType.BF16);
    words = new int[halves ? RowOrder.SEGMENT / 2 : 0];
  }

  @Override
  public void write(long row, int from, RowPush push) {
    if (!push.isOrdinary()) {
      plain().write(row, from, push);
      return;
    }
    if (floats || halves) {
      writeDirectly(row, from, push);
    } else {
      writeByCopy(row, from, push);
    }
  }

  private SegmentGradient plain() {
    if (plain == null) {
      plain = new PlainSegmentGradient(logits, gradient, arithmetic);
    }
    return plain;
  }

  private FloatSegment copy() {
    if (copy == null) {
      copy = new FloatSegment();
    }
    return copy;
  }

  private void writeByCopy(long row, int from, RowPush push) {
    FloatSegment segment = copy();
    int count = segment.read(logits, row, from);
    pushCarefully(segment.memory(), 0, segment.memory(), 0, Math.ceilDiv(count, WIDTH), push);
    double[] elements = segment.elements(count);
    int label = push.label() - from;
    if (label >= 0 && label < count) {
      elements[label] = push.atLabel();
    }
    logits.chain(row, from, elements);
    gradient.write(row, from, elements);
  }

  private void writeDirectly(long row, int from, RowPush push) {
    int count = logits.count(from);
    int elementsOfVector = halves ? 2 * WIDTH : WIDTH;
    int vectors = count / elementsOfVector;
    long start = logits.offset(row, from);
    long into = gradient.offset(row, from);
    if (!push.isPlain()) {
      writeCarefully(start, into, vectors, push);
    } else if (halves) {
      FloatVectorPush.ofLowerHalves(logits.memory(), start, words, vectors, push);
      FloatVectorPush.ofUpperHalves(
          logits.memory(), start, words, gradient.memory(), into, vectors, push);
    } else {
      FloatVectorPush.ofFloats(logits.memory(), start, gradient.memory(), into, vectors, push);
    }
    writeRest(row, from + vectors * elementsOfVector, from + count, push);
    if (push.label() >= from && push.label() < from + count) {
      gradient.set(row, push.label(), push.atLabel());
    }
  }

  private void writeCarefully(long start, long into, int vectors, RowPush push) {
    if (halves) {
      MemorySegment wide = copy().memory();
      widen(logits.memory(), start, wide, vectors);
      pushCarefully(wide, 0, wide, 0, 2 * vectors, push);
      pack(wide, gradient.memory(), into, vectors);
    } else {
      pushCarefully(logits.memory(), start, gradient.memory(), into, vectors, push);
    }
  }

  private static void pushCarefully(
      MemorySegment from, long start, MemorySegment to, long into, int vectors, RowPush push) {
    FloatVectorSegment.expectFault(from);
    FloatVector shift = FloatVectors.of((float) push.shift());
    FloatVector reference = FloatVectors.of((float) push.reference());
    FloatVector atTies = FloatVectors.of((float) push.atTies());
    FloatVector head = FloatVectors.of((float) push.factor().head());
    FloatVector tail = FloatVectors.of((float) push.factor().tail());
    IntVector exponent = FloatVectorPush.exponent(push);
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      FloatVector x =
          FloatVector.fromMemorySegment(
              FloatVectors.FLOATS, from, start + at, ByteOrder.LITTLE_ENDIAN);
      FloatVectorPush.pushedCarefully(x.sub(shift), head, tail, exponent)
          .blend(atTies, x.compare(VectorOperators.EQ, reference))
          .intoMemorySegment(to, into + at, ByteOrder.LITTLE_ENDIAN);
    }
  }

  private static void widen(MemorySegment from, long start, MemorySegment wide, int vectors) {
    FloatVectorSegment.expectFault(from);
    long half = (long) vectors * VECTOR;
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      IntVector both = load(from, start + at);
      store(both.lanewise(VectorOperators.LSHL, Short.SIZE), wide, at);
      store(both.and(UPPER_HALF), wide, half + at);
    }
  }

  private static void pack(MemorySegment wide, MemorySegment to, long into, int vectors) {
    long half = (long) vectors * VECTOR;
    for (int i = 0; i < vectors; i++) {
      long at = (long) i * VECTOR;
      IntVector lower = FloatVectors.roundedToHalf(load(wide, at));
      IntVector upper = FloatVectors.roundedToHalf(load(wide, half + at));
      store(
          upper.and(UPPER_HALF).or(lower.lanewise(VectorOperators.LSHR, Short.SIZE)),
          to,
          into + at);
    }
  }

  private static IntVector load(MemorySegment memory, long offset) {
    return IntVector.fromMemorySegment(FloatVectors.INTS, memory, offset, ByteOrder.LITTLE_ENDIAN);
  }

  private static void store(IntVector vector, MemorySegment memory, long offset) {
    vector.intoMemorySegment(memory, offset, ByteOrder.LITTLE_ENDIAN);
  }

  private void writeRest(long row, int from, int to, RowPush push) {
    if (from == to) {
      return;
    }
    for (int c = from; c < to; c++) {
      rest[c - from] = logits.getFloat(row, c);
    }
    int length = Math.ceilDiv(to - from, WIDTH) * WIDTH;
    if (push.isPlain()) {
      FloatVectorPush.ofArray(rest, rest, length, push);
    } else {
      FloatVectorPush.ofAnyArray(rest, rest, length, push);
    }
    for (int c = from; c < to; c++) {
      gradient.set(row, c, rest[c - from]);
    }
  }
}
