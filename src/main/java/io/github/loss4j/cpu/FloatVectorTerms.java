// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowOrder;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Adds up e^x 2^-guess over the elements of a row that do not equal a reference, and finds the
 * exponents of those terms. The sums have the right bits if no term is subnormal or infinite, which
 * the exponents tell.
 *
 * <p>A vector takes 17 operations, of which 9 are multiplications, and one more where it is of
 * BF16: e^x is scaled by adding to its exponent, and the guess is part of what rounds to integers.
 */
final class FloatVectorTerms {
  private static final int VECTOR = FloatVectors.WIDTH * Float.BYTES;
  private static final int UPPER_HALF = 0xffff0000;
  private static final int ROUND = RowOrder.LANES * Float.BYTES;
  private static final int ROUND_OF_HALVES = RowOrder.LANES * Short.BYTES;

  /** The most that the greatest exponent may lie above the guess. */
  private static final int ABOVE = 60;

  /** The most that a term's exponent may lie below the greatest, for it to be a normal number. */
  private static final int RANGE = FloatArithmetic.BIAS - 2;

  private final int[] least = new int[FloatVectors.WIDTH];
  private final int[] greatest = new int[FloatVectors.WIDTH];
  private final int[] others = new int[FloatVectors.WIDTH];
  private int guess;
  private float reference;
  private float toInteger;

  /** Begins a row. */
  void reset(float newReference, int newGuess) {
    reference = newReference;
    guess = newGuess;
    toInteger = FloatArithmetic.ROUND_TO_INTEGER - guess;
    Arrays.fill(least, Integer.MAX_VALUE);
    Arrays.fill(greatest, Integer.MIN_VALUE);
    Arrays.fill(others, 0);
  }

  /** Adds the terms of whole rounds to a segment's lanes. */
  void add(
      FloatVectorSegment segment, MemorySegment memory, long start, int rounds, float[] lanes) {
    for (int pass = 0; pass < FloatVectorSegment.PASSES; pass++) {
      int slot = segment.slot(pass);
      int second = segment.secondSlot(pass);
      if (segment.isOfHalves()) {
        long at = start + (long) pass * VECTOR;
        addLowerHalves(memory, at, rounds, lanes, slot);
        addUpperHalves(memory, at, rounds, lanes, second);
      } else {
        addFloats(memory, start + 2L * pass * VECTOR, rounds, lanes, slot, second);
      }
    }
  }

  private void addFloats(
      MemorySegment memory, long start, int rounds, float[] lanes, int slot, int secondSlot) {
    FloatVector sum = FloatVector.fromArray(FloatVectors.FLOATS, lanes, slot);
    FloatVector next = FloatVector.fromArray(FloatVectors.FLOATS, lanes, secondSlot);
    IntVector low = IntVector.fromArray(FloatVectors.INTS, least, 0);
    IntVector high = IntVector.fromArray(FloatVectors.INTS, greatest, 0);
    IntVector count = IntVector.fromArray(FloatVectors.INTS, others, 0);
    FloatVector ofReference = FloatVectors.of(reference);
    FloatVector integer = FloatVectors.of(toInteger);
    int vectors = 2 * rounds;
    MemorySegment slice = memory.asSlice(start, bytes(rounds, ROUND, 2 * VECTOR));
    for (int i = 0; i < vectors; i++) {
      FloatVector x =
          FloatVector.fromMemorySegment(
              FloatVectors.FLOATS,
              slice,
              FloatVectorSegment.place(i, false),
              ByteOrder.LITTLE_ENDIAN);
      VectorMask<Float> other = x.compare(VectorOperators.NE, ofReference);
      VectorMask<Integer> otherBits = other.cast(FloatVectors.INTS);
      count = count.add(1, otherBits);
      FloatVector t = FloatVectors.rounded(x, integer);
      low = low.min(t.reinterpretAsInts());
      high = high.lanewise(VectorOperators.MAX, t.reinterpretAsInts(), otherBits);
      FloatVector more =
          sum.add(FloatVectors.timesPowerOf2(FloatVectors.significand(x, t, integer), t), other);
      sum = next;
      next = more;
    }
    sum.intoArray(lanes, slot);
    next.intoArray(lanes, secondSlot);
    low.intoArray(least, 0);
    high.intoArray(greatest, 0);
    count.intoArray(others, 0);
  }

  private void addLowerHalves(
      MemorySegment memory, long start, int rounds, float[] lanes, int slot) {
    FloatVector sum = FloatVector.fromArray(FloatVectors.FLOATS, lanes, slot);
    IntVector low = IntVector.fromArray(FloatVectors.INTS, least, 0);
    IntVector high = IntVector.fromArray(FloatVectors.INTS, greatest, 0);
    IntVector count = IntVector.fromArray(FloatVectors.INTS, others, 0);
    FloatVector ofReference = FloatVectors.of(reference);
    FloatVector integer = FloatVectors.of(toInteger);
    MemorySegment slice = memory.asSlice(start, bytes(rounds, ROUND_OF_HALVES, VECTOR));
    for (int i = 0; i < rounds; i++) {
      FloatVector x =
          load(slice, (long) i * ROUND_OF_HALVES)
              .lanewise(VectorOperators.LSHL, Short.SIZE)
              .reinterpretAsFloats();
      VectorMask<Float> other = x.compare(VectorOperators.NE, ofReference);
      VectorMask<Integer> otherBits = other.cast(FloatVectors.INTS);
      count = count.add(1, otherBits);
      FloatVector t = FloatVectors.rounded(x, integer);
      low = low.min(t.reinterpretAsInts());
      high = high.lanewise(VectorOperators.MAX, t.reinterpretAsInts(), otherBits);
      sum = sum.add(FloatVectors.timesPowerOf2(FloatVectors.significand(x, t, integer), t), other);
    }
    sum.intoArray(lanes, slot);
    low.intoArray(least, 0);
    high.intoArray(greatest, 0);
    count.intoArray(others, 0);
  }

  private void addUpperHalves(
      MemorySegment memory, long start, int rounds, float[] lanes, int slot) {
    FloatVector sum = FloatVector.fromArray(FloatVectors.FLOATS, lanes, slot);
    IntVector low = IntVector.fromArray(FloatVectors.INTS, least, 0);
    IntVector high = IntVector.fromArray(FloatVectors.INTS, greatest, 0);
    IntVector count = IntVector.fromArray(FloatVectors.INTS, others, 0);
    FloatVector ofReference = FloatVectors.of(reference);
    FloatVector integer = FloatVectors.of(toInteger);
    MemorySegment slice = memory.asSlice(start, bytes(rounds, ROUND_OF_HALVES, VECTOR));
    for (int i = 0; i < rounds; i++) {
      FloatVector x = load(slice, (long) i * ROUND_OF_HALVES).and(UPPER_HALF).reinterpretAsFloats();
      VectorMask<Float> other = x.compare(VectorOperators.NE, ofReference);
      VectorMask<Integer> otherBits = other.cast(FloatVectors.INTS);
      count = count.add(1, otherBits);
      FloatVector t = FloatVectors.rounded(x, integer);
      low = low.min(t.reinterpretAsInts());
      high = high.lanewise(VectorOperators.MAX, t.reinterpretAsInts(), otherBits);
      sum = sum.add(FloatVectors.timesPowerOf2(FloatVectors.significand(x, t, integer), t), other);
    }
    sum.intoArray(lanes, slot);
    low.intoArray(least, 0);
    high.intoArray(greatest, 0);
    count.intoArray(others, 0);
  }

  private static long bytes(int rounds, int round, int ofPass) {
    return rounds == 0 ? 0 : (rounds - 1L) * round + ofPass;
  }

  private static IntVector load(MemorySegment memory, long offset) {
    return IntVector.fromMemorySegment(FloatVectors.INTS, memory, offset, ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether all terms were normal numbers, and not large. */
  boolean areNormal() {
    int exponent = greatestExponent();
    return (long) max(greatest) - min(least) <= RANGE
        && exponent >= guess
        && exponent <= guess + ABOVE;
  }

  /** The least exponent of e^x, of elements that equal the reference too. */
  int leastExponent() {
    return exponent(min(least));
  }

  /** The greatest exponent of e^x. */
  int greatestExponent() {
    return exponent(max(greatest));
  }

  /** How many elements do not equal the reference. */
  int others() {
    return total(others);
  }

  static int total(int[] values) {
    int total = 0;
    for (int value : values) {
      total += value;
    }
    return total;
  }

  private int exponent(int bits) {
    return bits - FloatArithmetic.ROUND_TO_INTEGER_BITS + guess;
  }

  private static int min(int[] values) {
    int least = Integer.MAX_VALUE;
    for (int value : values) {
      least = Math.min(least, value);
    }
    return least;
  }

  private static int max(int[] values) {
    int greatest = Integer.MIN_VALUE;
    for (int value : values) {
      greatest = Math.max(greatest, value);
    }
    return greatest;
  }
}
