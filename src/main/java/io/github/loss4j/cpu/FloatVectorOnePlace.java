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
 * Reads memory at one place, in its order, which is what the processor fetches ahead. A loop of
 * four vectors has less beside its arithmetic than one of two.
 */
final class FloatVectorOnePlace extends FloatVectorPlaces {
  /** Of one segment after those of another. */
  private final float[] lanes = new float[SPAN * RowOrder.LANES];

  /** How many segments lie there. */
  private int whole;

  FloatVectorOnePlace(FloatVectorTerms terms) {
    super(terms);
  }

  @Override
  void add(FloatVectorSegment segment, int segments, float[] sums) {
    whole = segments;
    addPasses(segment, 0);
    for (int i = 0; i < segments; i++) {
      sums[i] = segment.sum(lanes, i * RowOrder.LANES);
    }
  }

  @Override
  void addFloats(MemorySegment memory, long start, int slot, int secondSlot) {
    addLanes(memory, start, whole, false, slot, secondSlot);
  }

  @Override
  void addHalves(MemorySegment memory, long start, int slot, int secondSlot) {
    addLanes(memory, start, whole, true, slot, secondSlot);
  }

  private void addLanes(
      MemorySegment memory, long start, int segments, boolean halves, int slot, int secondSlot) {
    IntVector low = FloatVectors.at(terms.least, 0);
    IntVector high = FloatVectors.at(terms.greatest, 0);
    FloatVector unlike = FloatVectors.of(terms.reference);
    FloatVector integer = FloatVectors.of(terms.toInteger);
    int count = 0;
    int mask = FloatVectorSegment.mask(halves);
    int at = 0;
    int toNext = FloatVectorSegment.place(1, halves);
    int round = FloatVectorSegment.place(2, halves);
    MemorySegment slice = FloatVectorTerms.slice(memory, start, 0, segments * ROUNDS, halves);
    FloatVectorSegment.expectFault(memory);
    for (int segment = 0; segment < segments; segment++) {
      FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
      FloatVector next = sum;
      for (int i = 0; i < ROUNDS / 2; i++) {
        low = FloatVectors.known(low);
        high = FloatVectors.known(high);
        sum = FloatVectors.known(sum);
        next = FloatVectors.known(next);
        FloatVector xA = FloatVectorSegment.load(slice, at, mask);
        FloatVector xB = FloatVectorSegment.load(slice, at + toNext, mask);
        FloatVector xC = FloatVectorSegment.load(slice, at + round, mask);
        FloatVector xD = FloatVectorSegment.load(slice, at + round + toNext, mask);

        VectorMask<Float> otherA = xA.compare(VectorOperators.NE, unlike);
        FloatVector tA = xA.fma(LOG2E_HIGH, integer);
        IntVector nA = tA.reinterpretAsInts();
        FloatVector fA = xA.fma(LOG2E_LOW, xA.fma(LOG2E_HIGH, integer.sub(tA)));
        FloatVector pA =
            fA.fma(E6, E5).fma(fA, E4).fma(fA, E3).fma(fA, E2).fma(fA, E1).fma(fA, ONE);
        IntVector termA = pA.reinterpretAsInts().add(nA.lanewise(VectorOperators.LSHL, 23));
        sum = sum.add(termA.reinterpretAsFloats(), otherA);
        count += otherA.trueCount();
        low = low.min(nA);
        high = high.max(nA);

        VectorMask<Float> otherB = xB.compare(VectorOperators.NE, unlike);
        FloatVector tB = xB.fma(LOG2E_HIGH, integer);
        IntVector nB = tB.reinterpretAsInts();
        FloatVector fB = xB.fma(LOG2E_LOW, xB.fma(LOG2E_HIGH, integer.sub(tB)));
        FloatVector pB =
            fB.fma(E6, E5).fma(fB, E4).fma(fB, E3).fma(fB, E2).fma(fB, E1).fma(fB, ONE);
        IntVector termB = pB.reinterpretAsInts().add(nB.lanewise(VectorOperators.LSHL, 23));
        next = next.add(termB.reinterpretAsFloats(), otherB);
        count += otherB.trueCount();
        low = low.min(nB);
        high = high.max(nB);

        VectorMask<Float> otherC = xC.compare(VectorOperators.NE, unlike);
        FloatVector tC = xC.fma(LOG2E_HIGH, integer);
        IntVector nC = tC.reinterpretAsInts();
        FloatVector fC = xC.fma(LOG2E_LOW, xC.fma(LOG2E_HIGH, integer.sub(tC)));
        FloatVector pC =
            fC.fma(E6, E5).fma(fC, E4).fma(fC, E3).fma(fC, E2).fma(fC, E1).fma(fC, ONE);
        IntVector termC = pC.reinterpretAsInts().add(nC.lanewise(VectorOperators.LSHL, 23));
        sum = sum.add(termC.reinterpretAsFloats(), otherC);
        count += otherC.trueCount();
        low = low.min(nC);
        high = high.max(nC);

        VectorMask<Float> otherD = xD.compare(VectorOperators.NE, unlike);
        FloatVector tD = xD.fma(LOG2E_HIGH, integer);
        IntVector nD = tD.reinterpretAsInts();
        FloatVector fD = xD.fma(LOG2E_LOW, xD.fma(LOG2E_HIGH, integer.sub(tD)));
        FloatVector pD =
            fD.fma(E6, E5).fma(fD, E4).fma(fD, E3).fma(fD, E2).fma(fD, E1).fma(fD, ONE);
        IntVector termD = pD.reinterpretAsInts().add(nD.lanewise(VectorOperators.LSHL, 23));
        next = next.add(termD.reinterpretAsFloats(), otherD);
        count += otherD.trueCount();
        low = low.min(nD);
        high = high.max(nD);

        at += 2 * round;
      }
      sum.intoArray(lanes, segment * RowOrder.LANES + slot);
      next.intoArray(lanes, segment * RowOrder.LANES + secondSlot);
    }
    low.intoArray(terms.least, 0);
    high.intoArray(terms.greatest, 0);
    terms.others += count;
  }
}
