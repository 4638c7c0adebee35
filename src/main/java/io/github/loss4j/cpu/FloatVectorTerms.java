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
 * exponents of e^x over all elements. The sums have the right bits if no term is subnormal or
 * infinite, which the exponents tell.
 *
 * <p>A vector takes 17 operations, of which 9 are multiplications: e^x is scaled by adding to its
 * exponent, and the guess is part of what rounds to integers. Long rows of F32 are expected to have
 * few elements that equal the reference: whole segments are summed as if they had none, and once
 * more if they had.
 *
 * <p>C2 inlines no method of more than 325 bytes, and must not inline the two loops: within a large
 * caller their vectors may become objects. {@code FloatVectorTermsTest} watches over their length.
 */
final class FloatVectorTerms {
  private static final int VECTOR = FloatVectors.WIDTH * Float.BYTES;

  /** The most that the greatest exponent may lie above the guess. */
  private static final int ABOVE = 60;

  /** Of so many segments one may have to be summed once more for it to pay. */
  private static final int ONE_TIED_OF = 8;

  /** The most that a term's exponent may lie below the greatest, for it to be a normal number. */
  private static final int RANGE = FloatArithmetic.BIAS - 2;

  /** Rounds of {@link #warmUp}. */
  private static final int WARM_UP = 200;

  private final int[] least = new int[FloatVectors.WIDTH];
  private final int[] greatest = new int[FloatVectors.WIDTH];
  private int others;
  private int guess;
  private float reference;
  private float toInteger;

  // Of the last row, as far as it was expected to have no element that equals the reference.
  private int expected;
  private int tied;

  private final Attempts attempts = new Attempts(1);
  private boolean expecting;

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
    others = 0;
    if (expected > 0) {
      attempts.add(tied * ONE_TIED_OF <= expected);
    }
    expecting = attempts.areDue();
    expected = 0;
    tied = 0;
  }

  /**
   * Adds up the terms of one segment, or of what is left of a row.
   *
   * @param segment what it is of
   * @param memory where it is
   * @param start where it begins
   * @param rounds how many it has
   * @param lanes gets its lanes
   */
  void add(
      FloatVectorSegment segment, MemorySegment memory, long start, int rounds, float[] lanes) {
    addTied(segment, memory, start, 1, rounds, lanes, 0);
  }

  /**
   * Adds up the terms of whole segments, each in lanes of its own.
   *
   * @param segment the first
   * @param segments how many lie there one after another
   * @param lanes gets the lanes of one segment after those of another
   */
  void addWholeOnes(FloatVectorSegment segment, int segments, float[] lanes) {
    MemorySegment memory = segment.memory();
    long start = segment.start();
    int rounds = segment.rounds();
    if (segments == 1 || !expecting || segment.isOfHalves()) {
      addTied(segment, memory, start, segments, rounds, lanes, 0);
      return;
    }
    int ties = addUntied(segment, segments, lanes);
    expected += segments;
    tied += Integer.bitCount(ties);
    others += (segments - Integer.bitCount(ties)) * RowOrder.SEGMENT;
    for (int of = 0; of < segments; of++) {
      if ((ties >> of & 1) != 0) {
        long from = start + (long) of * bytesOfSegment(false);
        addTied(segment, memory, from, 1, rounds, lanes, of * RowOrder.LANES);
      }
    }
  }

  private void addTied(
      FloatVectorSegment segment,
      MemorySegment memory,
      long start,
      int segments,
      int rounds,
      float[] lanes,
      int lane) {
    boolean halves = segment.isOfHalves();
    for (int pass = 0; pass < FloatVectorSegment.PASSES; pass++) {
      int slot = lane + segment.slot(pass);
      int second = lane + segment.secondSlot(pass);
      long at = start + FloatVectorSegment.firstByte(pass, halves);
      addLanes(memory, at, segments, rounds, halves, lanes, slot, second);
    }
  }

  /** Returns a bit for each segment in which an element equals the reference. */
  private int addUntied(FloatVectorSegment segment, int segments, float[] lanes) {
    int ties = 0;
    for (int pass = 0; pass < FloatVectorSegment.PASSES; pass++) {
      int slot = segment.slot(pass);
      int second = segment.secondSlot(pass);
      ties |=
          addUntiedLanes(
              segment.memory(),
              segment.first(pass),
              segments,
              segment.rounds(),
              lanes,
              slot,
              second);
    }
    return ties;
  }

  /** Adds up what one pass sees. */
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
    int count = 0;
    IntVector ofReference =
        IntVector.broadcast(FloatVectors.INTS, Float.floatToRawIntBits(reference));
    FloatVector integer = FloatVectors.of(toInteger);
    int mask = FloatVectorSegment.mask(halves);
    int step = bytesOfSegment(halves);
    int vectors = 2 * rounds;
    int toNeighbour = FloatVectorSegment.place(1, halves);
    int round = FloatVectorSegment.place(2, halves);
    MemorySegment slice = slice(memory, start, segments, rounds, halves);
    for (int of = 0; of < segments; of++) {
      FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
      FloatVector next = FloatVector.zero(FloatVectors.FLOATS);
      // Where the places are added up, C2 has a register left for the address of the memory.
      int at = of * step;
      int toNext = toNeighbour;
      for (int i = 0; i < vectors; i++) {
        FloatVector x = FloatVectorSegment.load(slice, at, mask);
        at += toNext;
        toNext = round - toNext;
        VectorMask<Integer> other = x.reinterpretAsInts().compare(VectorOperators.NE, ofReference);
        count += other.trueCount();
        FloatVector t = FloatVectors.rounded(x, integer);
        low = FloatVectors.known(low).min(t.reinterpretAsInts());
        high = FloatVectors.known(high).max(t.reinterpretAsInts());
        FloatVector term = FloatVectors.timesPowerOf2(FloatVectors.significand(x, t, integer), t);
        FloatVector more = FloatVectors.known(sum).add(term, other.cast(FloatVectors.FLOATS));
        sum = next;
        next = more;
      }
      sum.intoArray(lanes, of * RowOrder.LANES + slot);
      next.intoArray(lanes, of * RowOrder.LANES + secondSlot);
    }
    low.intoArray(least, 0);
    high.intoArray(greatest, 0);
    others += count;
  }

  /**
   * The same of F32 of which none is expected to equal the reference. Without masks it takes a
   * sixth less time.
   *
   * @return a bit for each segment in which one does: its lanes mean nothing
   */
  private int addUntiedLanes(
      MemorySegment memory,
      long start,
      int segments,
      int rounds,
      float[] lanes,
      int slot,
      int secondSlot) {
    IntVector low = IntVector.fromArray(FloatVectors.INTS, least, 0);
    IntVector high = IntVector.fromArray(FloatVectors.INTS, greatest, 0);
    IntVector ofReference =
        IntVector.broadcast(FloatVectors.INTS, Float.floatToRawIntBits(reference));
    FloatVector integer = FloatVectors.of(toInteger);
    int step = bytesOfSegment(false);
    int vectors = 2 * rounds;
    int ties = 0;
    MemorySegment slice = slice(memory, start, segments, rounds, false);
    for (int of = 0; of < segments; of++) {
      FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
      FloatVector next = FloatVector.zero(FloatVectors.FLOATS);
      IntVector unlike = IntVector.broadcast(FloatVectors.INTS, -1);
      for (int i = 0; i < vectors; i++) {
        FloatVector x =
            FloatVector.fromMemorySegment(
                FloatVectors.FLOATS,
                slice,
                of * step + FloatVectorSegment.place(i, false),
                ByteOrder.LITTLE_ENDIAN);
        IntVector difference = x.reinterpretAsInts().lanewise(VectorOperators.XOR, ofReference);
        unlike = FloatVectors.known(unlike).lanewise(VectorOperators.UMIN, difference);
        FloatVector t = FloatVectors.rounded(x, integer);
        low = FloatVectors.known(low).min(t.reinterpretAsInts());
        high = FloatVectors.known(high).max(t.reinterpretAsInts());
        FloatVector term = FloatVectors.timesPowerOf2(FloatVectors.significand(x, t, integer), t);
        FloatVector more = FloatVectors.known(sum).add(term);
        sum = next;
        next = more;
      }
      sum.intoArray(lanes, of * RowOrder.LANES + slot);
      next.intoArray(lanes, of * RowOrder.LANES + secondSlot);
      ties |= Long.signum(unlike.compare(VectorOperators.EQ, 0).toLong()) << of;
    }
    low.intoArray(least, 0);
    high.intoArray(greatest, 0);
    return ties;
  }

  /** From a pass's first vector to the end of its last; a row may end before a pass begins. */
  private static MemorySegment slice(
      MemorySegment memory, long start, int segments, int rounds, boolean halves) {
    if (rounds == 0) {
      return memory.asSlice(0, 0);
    }
    long before = (segments - 1L) * bytesOfSegment(halves);
    return memory.asSlice(
        start, before + FloatVectorSegment.place(2 * rounds - 1, halves) + VECTOR);
  }

  private static int bytesOfSegment(boolean halves) {
    return RowOrder.SEGMENT * (halves ? Short.BYTES : Float.BYTES);
  }

  /**
   * Uses both loops on few elements, so often that the JVM compiles them. What it knows of them
   * then is what it also sees later: sometimes one equals the reference, sometimes none.
   *
   * @param memory of zeros, as long as two rounds of F32
   */
  static void warmUp(MemorySegment memory) {
    FloatVectorTerms terms = new FloatVectorTerms();
    float[] lanes = new float[RowOrder.LANES];
    for (int i = 0; i < WARM_UP; i++) {
      boolean halves = i % 4 < 2;
      terms.reset(i % 2, 0);
      terms.addUntiedLanes(memory, VECTOR, 1, 1, lanes, 0, FloatVectors.WIDTH);
      terms.addLanes(memory, VECTOR, 1, 1, halves, lanes, 0, FloatVectors.WIDTH);
    }
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
    return others;
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
