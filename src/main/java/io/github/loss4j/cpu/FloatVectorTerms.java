// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowOrder;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Adds up e^x 2^-guess over the elements of a row that do not equal a reference, and finds the
 * exponents of e^x over all elements. The sums have the right bits if no term is subnormal or
 * infinite, which the exponents tell.
 *
 * <p>A vector takes 18 operations, of which 9 are multiplications: e^x is scaled by adding to its
 * exponent, and the guess is part of what rounds to integers.
 */
final class FloatVectorTerms {
  private static final int VECTOR = FloatVectors.WIDTH * Float.BYTES;

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

  /**
   * Whether a reference tells elements that equal it by their bits, as a zero or a NaN does not.
   */
  static boolean areSeenFrom(float reference) {
    return Math.abs(reference) > 0;
  }

  /** Begins a row; its terms must be seen from the reference. */
  void reset(float newReference, int newGuess) {
    reference = newReference;
    guess = newGuess;
    toInteger = FloatArithmetic.ROUND_TO_INTEGER - guess;
    Arrays.fill(least, Integer.MAX_VALUE);
    Arrays.fill(greatest, Integer.MIN_VALUE);
    Arrays.fill(others, 0);
  }

  /**
   * Adds up the terms of whole rounds in the lanes of each segment.
   *
   * @param segment what the segments are of
   * @param memory where they are
   * @param start where the first begins
   * @param segments how many lie there one after another; if several, then whole ones
   * @param rounds of each
   * @param lanes gets the lanes of one segment after those of another
   */
  void add(
      FloatVectorSegment segment,
      MemorySegment memory,
      long start,
      int segments,
      int rounds,
      float[] lanes) {
    for (int pass = 0; pass < FloatVectorSegment.PASSES; pass++) {
      int slot = segment.slot(pass);
      int second = segment.secondSlot(pass);
      long at = start + FloatVectorSegment.firstByte(pass, segment.isOfHalves());
      addLanes(memory, at, segments, rounds, segment.isOfHalves(), lanes, slot, second);
    }
  }

  /**
   * Adds up what one pass sees. C2 inlines no method of more than 325 bytes, and must not inline
   * this one: within a large caller its vectors may become objects, which {@code
   * FloatVectorTermsTest} watches over.
   */
  private void addLanes(
      MemorySegment memory,
      long start,
      int segments,
      int rounds,
      boolean halves,
      float[] lanes,
      int slot,
      int secondSlot) {
    IntVector low = IntVector.fromArray(FloatVectors.INTS, least, 0);
    IntVector high = IntVector.fromArray(FloatVectors.INTS, greatest, 0);
    IntVector count = IntVector.fromArray(FloatVectors.INTS, others, 0);
    IntVector ofReference =
        IntVector.broadcast(FloatVectors.INTS, Float.floatToRawIntBits(reference));
    FloatVector integer = FloatVectors.of(toInteger);
    int mask = FloatVectorSegment.mask(halves);
    int step = bytesOfSegment(halves);
    int vectors = 2 * rounds;
    MemorySegment slice = memory.asSlice(start, bytes(segments, rounds, halves));
    for (int of = 0; of < segments; of++) {
      FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
      FloatVector next = FloatVector.zero(FloatVectors.FLOATS);
      for (int i = 0; i < vectors; i++) {
        FloatVector x =
            FloatVectorSegment.load(slice, of * step + FloatVectorSegment.place(i, halves), mask);
        VectorMask<Integer> other = x.reinterpretAsInts().compare(VectorOperators.NE, ofReference);
        count = count.add(1, other);
        FloatVector t = FloatVectors.rounded(x, integer);
        low = low.min(t.reinterpretAsInts());
        high = high.max(t.reinterpretAsInts());
        FloatVector term = FloatVectors.timesPowerOf2(FloatVectors.significand(x, t, integer), t);
        FloatVector more = sum.add(term, other.cast(FloatVectors.FLOATS));
        sum = next;
        next = more;
      }
      sum.intoArray(lanes, of * RowOrder.LANES + slot);
      next.intoArray(lanes, of * RowOrder.LANES + secondSlot);
    }
    low.intoArray(least, 0);
    high.intoArray(greatest, 0);
    count.intoArray(others, 0);
  }

  /** From a pass's first vector to the end of its last. */
  private static long bytes(int segments, int rounds, boolean halves) {
    return rounds == 0
        ? 0
        : (segments - 1L) * bytesOfSegment(halves)
            + FloatVectorSegment.place(2 * rounds - 1, halves)
            + VECTOR;
  }

  private static int bytesOfSegment(boolean halves) {
    return RowOrder.SEGMENT * (halves ? Short.BYTES : Float.BYTES);
  }

  /** Whether all terms were normal numbers, and not large. */
  boolean areNormal() {
    int exponent = greatestExponent();
    return (long) max(greatest) - min(least) <= RANGE
        && exponent >= guess
        && exponent <= guess + ABOVE;
  }

  /** The least exponent of e^x. */
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
