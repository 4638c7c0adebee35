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
 * exponent, and the guess is part of what rounds to integers. That is less time than memory needs
 * to answer, and a processor looks no farther ahead than some vectors, nor fetches beyond a page
 * what it is not asked for. Whole segments are therefore added up four at a time, by turns: four
 * places of memory are read at once. They lie far apart, and each goes on from segment to segment,
 * since other processors lose time wherever a place begins.
 */
final class FloatVectorTerms {
  /** How many whole segments are added up at a time, if there are so many. */
  static final int AT_A_TIME = 4;

  /** As much memory as {@link #warmUp} needs. */
  static final long WARM_UP_BYTES = (long) AT_A_TIME * RowOrder.SEGMENT * Float.BYTES;

  /** Rounds of {@link #warmUp}. */
  private static final int WARM_UP = 200;

  /** The most that the greatest exponent may lie above the guess. */
  private static final int ABOVE = 60;

  /** The most that a term's exponent may lie below the greatest, for it to be a normal number. */
  private static final int RANGE = FloatArithmetic.BIAS - 2;

  private static final int VECTOR = FloatVectors.WIDTH * Float.BYTES;
  private static final int ROUNDS = RowOrder.SEGMENT / RowOrder.LANES;

  // C2 makes the better loop of vectors that are constants, if it stores no floats, than of numbers
  // that vectors are made of.
  private static final FloatVector LOG2E_HIGH = FloatVectors.of(FloatArithmetic.LOG2E_HIGH);
  private static final FloatVector LOG2E_LOW = FloatVectors.of(FloatArithmetic.LOG2E_LOW);
  private static final FloatVector E1 = FloatVectors.of(FloatArithmetic.E1);
  private static final FloatVector E2 = FloatVectors.of(FloatArithmetic.E2);
  private static final FloatVector E3 = FloatVectors.of(FloatArithmetic.E3);
  private static final FloatVector E4 = FloatVectors.of(FloatArithmetic.E4);
  private static final FloatVector E5 = FloatVectors.of(FloatArithmetic.E5);
  private static final FloatVector E6 = FloatVectors.of(FloatArithmetic.E6);
  private static final FloatVector ONE = FloatVectors.of(1);

  /** Of one segment after those of another. */
  private final float[] lanesOfPlaces = new float[AT_A_TIME * RowOrder.LANES];

  private final int[] least = new int[FloatVectors.WIDTH];
  private final int[] greatest = new int[FloatVectors.WIDTH];
  private int others;
  private int leastBits;
  private int greatestBits;
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
    others = 0;
  }

  /** Adds up the terms of a segment that is not whole, into its lanes. */
  void addShortOne(FloatVectorSegment segment, float[] lanes) {
    addRounds(segment, segment.start(), segment.rounds(), lanes);
    if (segment.hasRest()) {
      addRest(segment, lanes);
    }
  }

  private void addRounds(FloatVectorSegment segment, long start, int rounds, float[] lanes) {
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

  /**
   * Adds up the terms of whole segments.
   *
   * @param segment the first
   * @param segments how many lie there one after another
   * @param sums gets the sum of each
   */
  void addWholeOnes(FloatVectorSegment segment, int segments, float[] sums) {
    int bytes = bytesOfSegment(segment.isOfHalves());
    int apart = segments / AT_A_TIME;
    for (int i = 0; i < apart; i++) {
      addAtATime(segment, i * bytes, apart * bytes);
      for (int place = 0; place < AT_A_TIME; place++) {
        sums[place * apart + i] = segment.sum(lanesOfPlaces, place * RowOrder.LANES);
      }
    }
    for (int i = apart * AT_A_TIME; i < segments; i++) {
      addRounds(segment, segment.start() + (long) i * bytes, ROUNDS, lanesOfPlaces);
      sums[i] = segment.sum(lanesOfPlaces);
    }
  }

  private void addAtATime(FloatVectorSegment segment, int from, int step) {
    MemorySegment memory = segment.memory();
    for (int pass = 0; pass < FloatVectorSegment.PASSES; pass++) {
      long at = segment.first(pass) + from;
      int slot = segment.slot(pass);
      if (segment.isOfHalves()) {
        addHalves(memory, at, step, ROUNDS, slot, segment.secondSlot(pass));
      } else {
        addFloats(memory, at, step, ROUNDS, slot, segment.secondSlot(pass));
      }
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

  private void addFloats(
      MemorySegment memory, long start, int step, int rounds, int slot, int secondSlot) {
    addLanesAtATime(memory, start, step, rounds, false, slot, secondSlot);
  }

  private void addHalves(
      MemorySegment memory, long start, int step, int rounds, int slot, int secondSlot) {
    addLanesAtATime(memory, start, step, rounds, true, slot, secondSlot);
  }

  /**
   * Adds up what one pass sees of several segments. C2 compiles it once for either type, as a part
   * of its caller, and inlines nothing into a loop of this size but the API of vectors: no method
   * can say once what is said for each of the segments.
   */
  private void addLanesAtATime(
      MemorySegment memory,
      long start,
      int step,
      int rounds,
      boolean halves,
      int slot,
      int secondSlot) {
    IntVector low = FloatVectors.at(least, 0);
    IntVector high = FloatVectors.at(greatest, 0);
    FloatVector unlike = FloatVectors.of(reference);
    FloatVector integer = FloatVectors.of(toInteger);
    FloatVector sumA = FloatVector.zero(FloatVectors.FLOATS);
    FloatVector sumB = sumA;
    FloatVector sumC = sumA;
    FloatVector sumD = sumA;
    FloatVector nextA = sumA;
    FloatVector nextB = sumA;
    FloatVector nextC = sumA;
    FloatVector nextD = sumA;
    int count = 0;
    int mask = FloatVectorSegment.mask(halves);
    int at = 0;
    int toNext = FloatVectorSegment.place(1, halves);
    int round = FloatVectorSegment.place(2, halves);
    MemorySegment slice = slice(memory, start, (AT_A_TIME - 1L) * step, rounds, halves);
    FloatVectorSegment.expectFault(memory);
    for (int i = 0; i < 2 * rounds; i++) {
      low = FloatVectors.known(low);
      high = FloatVectors.known(high);
      sumA = FloatVectors.known(sumA);
      sumB = FloatVectors.known(sumB);
      sumC = FloatVectors.known(sumC);
      sumD = FloatVectors.known(sumD);
      FloatVector xA = FloatVectorSegment.load(slice, at, mask);
      FloatVector xB = FloatVectorSegment.load(slice, at + step, mask);
      FloatVector xC = FloatVectorSegment.load(slice, at + 2 * step, mask);
      FloatVector xD = FloatVectorSegment.load(slice, at + 3 * step, mask);

      VectorMask<Float> otherA = xA.compare(VectorOperators.NE, unlike);
      FloatVector tA = xA.fma(LOG2E_HIGH, integer);
      IntVector nA = tA.reinterpretAsInts();
      FloatVector fA = xA.fma(LOG2E_LOW, xA.fma(LOG2E_HIGH, integer.sub(tA)));
      FloatVector pA = fA.fma(E6, E5).fma(fA, E4).fma(fA, E3).fma(fA, E2).fma(fA, E1).fma(fA, ONE);
      IntVector termA = pA.reinterpretAsInts().add(nA.lanewise(VectorOperators.LSHL, 23));
      FloatVector moreA = sumA.add(termA.reinterpretAsFloats(), otherA);
      sumA = nextA;
      nextA = moreA;
      count += otherA.trueCount();
      low = low.min(nA);
      high = high.max(nA);

      VectorMask<Float> otherB = xB.compare(VectorOperators.NE, unlike);
      FloatVector tB = xB.fma(LOG2E_HIGH, integer);
      IntVector nB = tB.reinterpretAsInts();
      FloatVector fB = xB.fma(LOG2E_LOW, xB.fma(LOG2E_HIGH, integer.sub(tB)));
      FloatVector pB = fB.fma(E6, E5).fma(fB, E4).fma(fB, E3).fma(fB, E2).fma(fB, E1).fma(fB, ONE);
      IntVector termB = pB.reinterpretAsInts().add(nB.lanewise(VectorOperators.LSHL, 23));
      FloatVector moreB = sumB.add(termB.reinterpretAsFloats(), otherB);
      sumB = nextB;
      nextB = moreB;
      count += otherB.trueCount();
      low = low.min(nB);
      high = high.max(nB);

      VectorMask<Float> otherC = xC.compare(VectorOperators.NE, unlike);
      FloatVector tC = xC.fma(LOG2E_HIGH, integer);
      IntVector nC = tC.reinterpretAsInts();
      FloatVector fC = xC.fma(LOG2E_LOW, xC.fma(LOG2E_HIGH, integer.sub(tC)));
      FloatVector pC = fC.fma(E6, E5).fma(fC, E4).fma(fC, E3).fma(fC, E2).fma(fC, E1).fma(fC, ONE);
      IntVector termC = pC.reinterpretAsInts().add(nC.lanewise(VectorOperators.LSHL, 23));
      FloatVector moreC = sumC.add(termC.reinterpretAsFloats(), otherC);
      sumC = nextC;
      nextC = moreC;
      count += otherC.trueCount();
      low = low.min(nC);
      high = high.max(nC);

      VectorMask<Float> otherD = xD.compare(VectorOperators.NE, unlike);
      FloatVector tD = xD.fma(LOG2E_HIGH, integer);
      IntVector nD = tD.reinterpretAsInts();
      FloatVector fD = xD.fma(LOG2E_LOW, xD.fma(LOG2E_HIGH, integer.sub(tD)));
      FloatVector pD = fD.fma(E6, E5).fma(fD, E4).fma(fD, E3).fma(fD, E2).fma(fD, E1).fma(fD, ONE);
      IntVector termD = pD.reinterpretAsInts().add(nD.lanewise(VectorOperators.LSHL, 23));
      FloatVector moreD = sumD.add(termD.reinterpretAsFloats(), otherD);
      sumD = nextD;
      nextD = moreD;
      count += otherD.trueCount();
      low = low.min(nD);
      high = high.max(nD);

      at += toNext;
      toNext = round - toNext;
    }
    sumA.intoArray(lanesOfPlaces, slot);
    nextA.intoArray(lanesOfPlaces, secondSlot);
    sumB.intoArray(lanesOfPlaces, RowOrder.LANES + slot);
    nextB.intoArray(lanesOfPlaces, RowOrder.LANES + secondSlot);
    sumC.intoArray(lanesOfPlaces, 2 * RowOrder.LANES + slot);
    nextC.intoArray(lanesOfPlaces, 2 * RowOrder.LANES + secondSlot);
    sumD.intoArray(lanesOfPlaces, 3 * RowOrder.LANES + slot);
    nextD.intoArray(lanesOfPlaces, 3 * RowOrder.LANES + secondSlot);
    low.intoArray(least, 0);
    high.intoArray(greatest, 0);
    others += count;
  }

  /**
   * From a pass's first vector to the end of its last; a row may end before a pass begins.
   *
   * @param before how many bytes lie from the first place to the last
   */
  private static MemorySegment slice(
      MemorySegment memory, long start, long before, int rounds, boolean halves) {
    if (rounds == 0) {
      return memory.asSlice(0, 0);
    }
    return memory.asSlice(
        start, before + FloatVectorSegment.place(2 * rounds - 1, halves) + VECTOR);
  }

  private static int bytesOfSegment(boolean halves) {
    return RowOrder.SEGMENT * (halves ? Short.BYTES : Float.BYTES);
  }

  /**
   * Uses the loops on few elements, so often that the JVM compiles them. What it knows of them then
   * is what it also sees later: sometimes one equals the reference, sometimes none.
   *
   * @param memory of zeros
   */
  static void warmUp(MemorySegment memory) {
    FloatVectorTerms terms = new FloatVectorTerms();
    float[] lanes = new float[RowOrder.LANES];
    for (int i = 0; i < WARM_UP; i++) {
      boolean halves = i % 4 < 2;
      terms.reset(i % 2, 0);
      terms.addLanes(memory, VECTOR, 1, halves, lanes, 0, FloatVectors.WIDTH);
      terms.addFloats(memory, VECTOR, bytesOfSegment(false), 1, 0, FloatVectors.WIDTH);
    }
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

  /** How many elements do not equal the reference. */
  int others() {
    return others;
  }

  private int exponent(int bits) {
    return bits - FloatArithmetic.ROUND_TO_INTEGER_BITS + guess;
  }
}
