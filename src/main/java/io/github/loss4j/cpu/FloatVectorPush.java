// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * What {@link Arithmetic#push} makes of elements, for vectors. Most are of rows whose elements need
 * no clamp, and whose gradients are normal numbers but at ties: {@link RowPush#isNormal}. There a
 * gradient is scaled by adding to its exponent.
 *
 * <p>Slices are made where the loops are, as others are looked up anew for each vector once
 * something is written. A vector takes 19 operations, 13 of them multiplications; of BF16 24 or 25,
 * with the same 13.
 */
final class FloatVectorPush {
  private static final int WIDTH = FloatVectors.WIDTH;
  private static final int VECTOR = WIDTH * Float.BYTES;
  private static final int UPPER_HALF = 0xffff0000;

  private FloatVectorPush() {}

  /** Of F32. */
  static void ofFloats(
      MemorySegment from, long start, MemorySegment to, long into, int vectors, RowPush push) {
    FloatVectorSegment.expectFault(from);
    MemorySegment logits = from.asSlice(start, (long) vectors * VECTOR);
    MemorySegment gradient = to.asSlice(into, (long) vectors * VECTOR);
    FloatVector reference = FloatVectors.of((float) push.reference());
    FloatVector atTies = FloatVectors.of((float) push.atTies());
    FloatVector head = FloatVectors.of((float) push.factor().head());
    FloatVector tail = FloatVectors.of((float) push.factor().tail());
    FloatVector toInteger = FloatVectors.of(toInteger(push));
    for (int i = 0; i < vectors; i++) {
      FloatVector x =
          FloatVector.fromMemorySegment(
              FloatVectors.FLOATS, logits, (long) i * VECTOR, ByteOrder.LITTLE_ENDIAN);
      pushed(x, reference, atTies, head, tail, toInteger)
          .intoMemorySegment(gradient, (long) i * VECTOR, ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** Of the BF16 in the lower halves of ints; they are written as lower halves. */
  static void ofLowerHalves(MemorySegment from, long start, int[] into, int vectors, RowPush push) {
    FloatVectorSegment.expectFault(from);
    MemorySegment logits = from.asSlice(start, (long) vectors * VECTOR);
    FloatVector reference = FloatVectors.of((float) push.reference());
    FloatVector atTies = FloatVectors.of((float) push.atTies());
    FloatVector head = FloatVectors.of((float) push.factor().head());
    FloatVector tail = FloatVectors.of((float) push.factor().tail());
    FloatVector toInteger = FloatVectors.of(toInteger(push));
    for (int i = 0; i < vectors; i++) {
      FloatVector x =
          load(logits, (long) i * VECTOR)
              .lanewise(VectorOperators.LSHL, Short.SIZE)
              .reinterpretAsFloats();
      FloatVector y = pushed(x, reference, atTies, head, tail, toInteger);
      FloatVectors.numberRoundedToHalf(y.reinterpretAsInts())
          .lanewise(VectorOperators.LSHR, Short.SIZE)
          .intoArray(into, i * WIDTH);
    }
  }

  /** Of those in the upper halves; they are written beside the lower ones that are given. */
  static void ofUpperHalves(
      MemorySegment from,
      long start,
      int[] lower,
      MemorySegment to,
      long into,
      int vectors,
      RowPush push) {
    FloatVectorSegment.expectFault(from);
    MemorySegment logits = from.asSlice(start, (long) vectors * VECTOR);
    MemorySegment gradient = to.asSlice(into, (long) vectors * VECTOR);
    FloatVector reference = FloatVectors.of((float) push.reference());
    FloatVector atTies = FloatVectors.of((float) push.atTies());
    FloatVector head = FloatVectors.of((float) push.factor().head());
    FloatVector tail = FloatVectors.of((float) push.factor().tail());
    FloatVector toInteger = FloatVectors.of(toInteger(push));
    for (int i = 0; i < vectors; i++) {
      FloatVector x = load(logits, (long) i * VECTOR).and(UPPER_HALF).reinterpretAsFloats();
      FloatVector y = pushed(x, reference, atTies, head, tail, toInteger);
      FloatVectors.numberRoundedToHalf(y.reinterpretAsInts())
          .and(UPPER_HALF)
          .or(FloatVectors.at(lower, i * WIDTH))
          .intoMemorySegment(gradient, (long) i * VECTOR, ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** Of numbers in an array; so many that they are whole vectors. */
  static void ofArray(float[] x, float[] into, int length, RowPush push) {
    FloatVector reference = FloatVectors.of((float) push.reference());
    FloatVector atTies = FloatVectors.of((float) push.atTies());
    FloatVector head = FloatVectors.of((float) push.factor().head());
    FloatVector tail = FloatVectors.of((float) push.factor().tail());
    FloatVector toInteger = FloatVectors.of(toInteger(push));
    for (int i = 0; i < length; i += WIDTH) {
      pushed(FloatVectors.at(x, i), reference, atTies, head, tail, toInteger).intoArray(into, i);
    }
  }

  /** The same whatever the elements and the gradients are. */
  static void ofAnyArray(float[] x, float[] into, int length, RowPush push) {
    FloatVector shift = FloatVectors.of((float) push.shift());
    FloatVector reference = FloatVectors.of((float) push.reference());
    FloatVector atTies = FloatVectors.of((float) push.atTies());
    FloatVector head = FloatVectors.of((float) push.factor().head());
    FloatVector tail = FloatVectors.of((float) push.factor().tail());
    IntVector exponent = exponent(push);
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector y = FloatVectors.at(x, i);
      pushedCarefully(y.sub(shift), head, tail, exponent)
          .blend(atTies, y.compare(VectorOperators.EQ, reference))
          .intoArray(into, i);
    }
  }

  /** The gradients of a vector. */
  static FloatVector pushed(
      FloatVector x,
      FloatVector reference,
      FloatVector atTies,
      FloatVector head,
      FloatVector tail,
      FloatVector toInteger) {
    VectorMask<Float> tied = x.compare(VectorOperators.EQ, reference);
    FloatVector t = FloatVectors.rounded(x, toInteger);
    return FloatVectors.timesPowerOf2(FloatVectors.product(x, t, toInteger, head, tail), t)
        .blend(atTies, tied);
  }

  /**
   * The gradients of a vector whose elements may need a clamp, and whose gradients may underflow;
   * but at ties.
   *
   * @param y the elements less the row's shift
   * @param exponent of {@link #exponent}
   */
  static FloatVector pushedCarefully(
      FloatVector y, FloatVector head, FloatVector tail, IntVector exponent) {
    FloatVector clamped = FloatVectors.clamped(y);
    FloatVector t = FloatVectors.rounded(clamped);
    FloatVector product = FloatVectors.product(clamped, t, head, tail);
    return FloatVectors.scaledDown(product, t.reinterpretAsInts().sub(exponent));
  }

  private static IntVector load(MemorySegment memory, long offset) {
    return IntVector.fromMemorySegment(FloatVectors.INTS, memory, offset, ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * What is taken from the bits of a rounded number, so that the exponent of its gradient is left.
   */
  static IntVector exponent(RowPush push) {
    return IntVector.broadcast(
        FloatVectors.INTS, FloatArithmetic.ROUND_TO_INTEGER_BITS + push.exponent());
  }

  /** The exponents of what is rounded with it are those of the gradients. */
  static float toInteger(RowPush push) {
    return FloatArithmetic.ROUND_TO_INTEGER - push.exponent();
  }
}
