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
 * <p>A vector takes 17 operations, of which 9 are multiplications: e^x is scaled by adding to its
 * exponent, and the guess is part of what rounds to integers.
 */
final class FloatVectorTerms {
  /** Of a whole segment. */
  static final int ROUNDS = RowOrder.SEGMENT / RowOrder.LANES;

  /** The most that the greatest exponent may lie above the guess. */
  private static final int ABOVE = 60;

  /** The most that a term's exponent may lie below the greatest, for it to be a normal number. */
  private static final int RANGE = FloatArithmetic.BIAS - 2;

  private static final int VECTOR = FloatVectors.WIDTH * Float.BYTES;

  // C2 makes the better loop of vectors that are constants, if it stores no floats, than of numbers
  // that vectors are made of.
  static final FloatVector LOG2E_HIGH = FloatVectors.of(FloatArithmetic.LOG2E_HIGH);
  static final FloatVector LOG2E_LOW = FloatVectors.of(FloatArithmetic.LOG2E_LOW);
  static final FloatVector E1 = FloatVectors.of(FloatArithmetic.E1);
  static final FloatVector E2 = FloatVectors.of(FloatArithmetic.E2);
  static final FloatVector E3 = FloatVectors.of(FloatArithmetic.E3);
  static final FloatVector E4 = FloatVectors.of(FloatArithmetic.E4);
  static final FloatVector E5 = FloatVectors.of(FloatArithmetic.E5);
  static final FloatVector E6 = FloatVectors.of(FloatArithmetic.E6);
  static final FloatVector ONE = FloatVectors.of(1);

  /** What rounds to integers after e^x is scaled down by the guess; see {@link FloatVectors}. */
  float toInteger;

  /** Whose terms are left out: they are counted. */
  float reference;

  /** The bits of the least exponents so far, in each lane of a vector. */
  final int[] least = new int[FloatVectors.WIDTH];

  /** The bits of the greatest. */
  final int[] greatest = new int[FloatVectors.WIDTH];

  /** How many elements do not equal the reference. */
  int others;

  private int leastBits;
  private int greatestBits;
  private int guess;

  /** Begins a row. */
  void reset(float newReference, int newGuess) {
    reference = newReference;
    guess = newGuess;
    toInteger = FloatArithmetic.ROUND_TO_INTEGER - guess;
    Arrays.fill(least, Integer.MAX_VALUE);
    Arrays.fill(greatest, Integer.MIN_VALUE);
    others = 0;
  }

  /** Adds up the terms of a segment, into its lanes. */
  void addOne(FloatVectorSegment segment, float[] lanes) {
    addRounds(segment, segment.start(), segment.rounds(), lanes);
    if (segment.hasRest()) {
      addRest(segment, lanes);
    }
  }

  /** Adds up whole rounds, into the lanes of one segment. */
  void addRounds(FloatVectorSegment segment, long start, int rounds, float[] lanes) {
    MemorySegment memory = segment.memory();
    boolean halves = segment.isOfHalves();
    for (int pass = 0; pass < FloatVectorSegment.PASSES; pass++) {
      long at = start + FloatVectorSegment.firstByte(pass, halves);
      addLanes(memory, at, rounds, halves, lanes, segment.slot(pass), segment.secondSlot(pass));
    }
  }

  /** Adds to lanes the terms of what follows the last whole round. */
  private void addRest(FloatVectorSegment segment, float[] lanes) {
    boolean there = segment.isWholeRoundThere();
    MemorySegment memory = there ? segment.memory() : segment.last(reference);
    long start = there ? segment.startOfRest() : FloatVectorSegment.LAST;
    boolean halves = segment.isOfHalves();
    for (int pass = 0; pass < FloatVectorSegment.PASSES; pass++) {
      long at = start + FloatVectorSegment.firstByte(pass, halves);
      long second = at + FloatVectorSegment.place(1, halves);
      addSome(memory, at, segment.restIn(2 * pass), halves, lanes, segment.slot(pass));
      addSome(
          memory, second, segment.restIn(2 * pass + 1), halves, lanes, segment.secondSlot(pass));
    }
  }

  /** Adds up what one pass sees of a segment. */
  private void addLanes(
      MemorySegment memory,
      long start,
      int rounds,
      boolean halves,
      float[] lanes,
      int slot,
      int secondSlot) {
    IntVector low = FloatVectors.at(least, 0);
    IntVector high = FloatVectors.at(greatest, 0);
    FloatVector unlike = FloatVectors.of(reference);
    FloatVector integer = FloatVectors.of(toInteger);
    FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
    FloatVector next = FloatVector.zero(FloatVectors.FLOATS);
    int count = 0;
    int mask = FloatVectorSegment.mask(halves);
    // Where the places are added up, C2 has a register left for the address of the memory.
    int at = 0;
    int toNext = FloatVectorSegment.place(1, halves);
    int round = FloatVectorSegment.place(2, halves);
    MemorySegment slice = slice(memory, start, 0, rounds, halves);
    FloatVectorSegment.expectFault(memory);
    for (int i = 0; i < 2 * rounds; i++) {
      FloatVector x = FloatVectorSegment.load(slice, at, mask);
      at += toNext;
      toNext = round - toNext;
      VectorMask<Float> other = x.compare(VectorOperators.NE, unlike);
      count += other.trueCount();
      FloatVector t = FloatVectors.rounded(x, integer);
      low = FloatVectors.known(low).min(t.reinterpretAsInts());
      high = FloatVectors.known(high).max(t.reinterpretAsInts());
      FloatVector term = FloatVectors.timesPowerOf2(FloatVectors.significand(x, t, integer), t);
      FloatVector more = FloatVectors.known(sum).add(term, other);
      sum = next;
      next = more;
    }
    sum.intoArray(lanes, slot);
    next.intoArray(lanes, secondSlot);
    low.intoArray(least, 0);
    high.intoArray(greatest, 0);
    others += count;
  }

  /** Adds to lanes what a vector sees of the first elements from a place on. */
  private void addSome(
      MemorySegment memory, long start, int elements, boolean halves, float[] lanes, int slot) {
    if (elements <= 0) {
      return;
    }
    FloatVectorSegment.expectFault(memory);
    FloatVector unlike = FloatVectors.of(reference);
    FloatVector integer = FloatVectors.of(toInteger);
    FloatVector all = FloatVectorSegment.load(memory, start, FloatVectorSegment.mask(halves));
    FloatVector x = unlike.blend(all, FloatVectors.first(elements));
    VectorMask<Float> other = x.compare(VectorOperators.NE, unlike);
    FloatVector t = FloatVectors.rounded(x, integer);
    FloatVector term = FloatVectors.timesPowerOf2(FloatVectors.significand(x, t, integer), t);
    FloatVectors.at(lanes, slot).add(term, other).intoArray(lanes, slot);
    FloatVectors.at(least, 0).min(t.reinterpretAsInts()).intoArray(least, 0);
    FloatVectors.at(greatest, 0).max(t.reinterpretAsInts()).intoArray(greatest, 0);
    others += other.trueCount();
  }

  /**
   * From a pass's first vector to the end of its last; a row may end before a pass begins.
   *
   * @param before how many bytes lie from the first place to the last
   */
  static MemorySegment slice(
      MemorySegment memory, long start, long before, int rounds, boolean halves) {
    if (rounds == 0) {
      return memory.asSlice(0, 0);
    }
    return memory.asSlice(
        start, before + FloatVectorSegment.place(2 * rounds - 1, halves) + VECTOR);
  }

  static int bytesOfSegment(boolean halves) {
    return RowOrder.SEGMENT * (halves ? Short.BYTES : Float.BYTES);
  }

  /** Uses what is compiled alone; see {@link FloatVectorWarmUp}. */
  void warmUp(MemorySegment memory, boolean halves, float[] lanes) {
    addLanes(memory, FloatVectorWarmUp.START, 1, halves, lanes, 0, FloatVectors.WIDTH);
    addSome(memory, FloatVectorWarmUp.START, 1, halves, lanes, 0);
    finish();
  }

  /** Ends a row; only then the exponents are known. */
  void finish() {
    leastBits = FloatVectors.at(least, 0).reduceLanes(VectorOperators.MIN);
    greatestBits = FloatVectors.at(greatest, 0).reduceLanes(VectorOperators.MAX);
  }

  /** Whether all terms were normal numbers, and not large. */
  boolean areNormal() {
    int exponent = greatestExponent();
    return (long) greatestBits - leastBits <= RANGE
        && exponent >= guess
        && exponent <= guess + ABOVE;
  }

  /** The least exponent of e^x. */
  int leastExponent() {
    return exponent(leastBits);
  }

  /** The greatest exponent of e^x. */
  int greatestExponent() {
    return exponent(greatestBits);
  }

  private int exponent(int bits) {
    return bits - FloatArithmetic.ROUND_TO_INTEGER_BITS + guess;
  }
}
