// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectorTerms.E1;
import static io.github.loss4j.cpu.FloatVectorTerms.E2;
import static io.github.loss4j.cpu.FloatVectorTerms.E3;
import static io.github.loss4j.cpu.FloatVectorTerms.E4;
import static io.github.loss4j.cpu.FloatVectorTerms.E5;
import static io.github.loss4j.cpu.FloatVectorTerms.E6;
import static io.github.loss4j.cpu.FloatVectorTerms.LOG2E_HIGH;
import static io.github.loss4j.cpu.FloatVectorTerms.LOG2E_LOW;
import static io.github.loss4j.cpu.FloatVectorTerms.ONE;
import static io.github.loss4j.cpu.FloatVectorTerms.ROUNDS;

import io.github.loss4j.host.RowOrder;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Reads memory at four places by turns. A vector's arithmetic takes less time than memory needs to
 * answer, and a processor looks no farther ahead than some vectors, nor fetches beyond a page what
 * it is not asked for. The places lie far apart, and each goes on from segment to segment, since
 * time is lost wherever one begins.
 */
final class FloatVectorFourPlaces extends FloatVectorPlaces {
  private static final int PLACES = 4;

  /** Of one segment after those of another. */
  private final float[] lanes = new float[PLACES * RowOrder.LANES];

  /** From one place to the next, in bytes. */
  private int step;

  FloatVectorFourPlaces(FloatVectorTerms terms) {
    super(terms);
  }

  @Override
  void add(FloatVectorSegment segment, int segments, float[] sums) {
    int bytes = FloatVectorTerms.bytesOfSegment(segment.isOfHalves());
    int apart = segments / PLACES;
    step = apart * bytes;
    for (int i = 0; i < apart; i++) {
      addPasses(segment, i * bytes);
      for (int place = 0; place < PLACES; place++) {
        sums[place * apart + i] = segment.sum(lanes, place * RowOrder.LANES);
      }
    }
    for (int i = apart * PLACES; i < segments; i++) {
      terms.addRounds(segment, segment.start() + (long) i * bytes, ROUNDS, lanes);
      sums[i] = segment.sum(lanes);
    }
  }

  @Override
  void addFloats(MemorySegment memory, long start, int slot, int secondSlot) {
    addLanes(memory, start, step, false, slot, secondSlot);
  }

  @Override
  void addHalves(MemorySegment memory, long start, int slot, int secondSlot) {
    addLanes(memory, start, step, true, slot, secondSlot);
  }

  /** Adds up what a pass sees of a segment at each place. */
  private void addLanes(
      MemorySegment memory, long start, int step, boolean halves, int slot, int secondSlot) {
    IntVector low = FloatVectors.at(terms.least, 0);
    IntVector high = FloatVectors.at(terms.greatest, 0);
    FloatVector unlike = FloatVectors.of(terms.reference);
    FloatVector integer = FloatVectors.of(terms.toInteger);
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
    MemorySegment slice =
        FloatVectorTerms.slice(memory, start, (PLACES - 1L) * step, ROUNDS, halves);
    FloatVectorSegment.expectFault(memory);
    for (int i = 0; i < 2 * ROUNDS; i++) {
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
    sumA.intoArray(lanes, slot);
    nextA.intoArray(lanes, secondSlot);
    sumB.intoArray(lanes, RowOrder.LANES + slot);
    nextB.intoArray(lanes, RowOrder.LANES + secondSlot);
    sumC.intoArray(lanes, 2 * RowOrder.LANES + slot);
    nextC.intoArray(lanes, 2 * RowOrder.LANES + secondSlot);
    sumD.intoArray(lanes, 3 * RowOrder.LANES + slot);
    nextD.intoArray(lanes, 3 * RowOrder.LANES + secondSlot);
    low.intoArray(terms.least, 0);
    high.intoArray(terms.greatest, 0);
    terms.others += count;
  }
}
