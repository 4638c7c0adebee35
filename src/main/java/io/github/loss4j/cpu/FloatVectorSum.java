// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums blocks of floats without rounding. If the largest has not much more digits before those of
 * the least than a double has room for, no order of additions rounds.
 */
final class FloatVectorSum {
  private static final int WIDTH = FloatVectors.WIDTH;
  private static final VectorSpecies<Double> DOUBLES =
      VectorSpecies.of(double.class, FloatVectors.FLOATS.vectorShape());

  private static final int FRACTION_BITS = 23;
  private static final int INFINITE = 0xff;
  private static final int DIGITS_OF_DOUBLE = 53;

  private final FloatVectorStages stages = new FloatVectorStages();
  private float[] terms = {};
  private int largest;
  private int leastBelowMax;
  private double sum;

  FloatVectorSum() {
    stages.add(this::findRange);
    stages.add(this::add);
  }

  /**
   * The sum of a block.
   *
   * @param block of the length of some vectors
   * @return NaN if it needs more digits than a double has, or if a term is not finite
   */
  double of(float[] block) {
    terms = block;
    stages.run();
    int top = largest >>> FRACTION_BITS;
    int least = Math.max((Integer.MAX_VALUE - leastBelowMax + 1) >>> FRACTION_BITS, 1);
    int carries = Integer.SIZE - Integer.numberOfLeadingZeros(block.length - 1);
    boolean exact =
        largest == 0
            || (top < INFINITE && top + 1 + carries - least + FRACTION_BITS <= DIGITS_OF_DOUBLE);
    return exact ? sum : Double.NaN;
  }

  /** The bits of the largest absolute value, and how far the least but 0 is below all bits. */
  private void findRange() {
    IntVector high = IntVector.zero(FloatVectors.INTS);
    IntVector low = IntVector.zero(FloatVectors.INTS);
    for (int i = 0; i < terms.length; i += WIDTH) {
      IntVector size = FloatVectors.at(terms, i).reinterpretAsInts().and(Integer.MAX_VALUE);
      high = high.max(size);
      low = low.max(size.sub(1).not().and(Integer.MAX_VALUE));
    }
    largest = high.reduceLanes(VectorOperators.MAX);
    leastBelowMax = low.reduceLanes(VectorOperators.MAX);
  }

  private void add() {
    DoubleVector total = DoubleVector.zero(DOUBLES);
    for (int i = 0; i < terms.length; i += WIDTH) {
      FloatVector x = FloatVectors.at(terms, i);
      total =
          total
              .add(x.convertShape(VectorOperators.F2D, DOUBLES, 0))
              .add(x.convertShape(VectorOperators.F2D, DOUBLES, 1));
    }
    sum = total.reduceLanes(VectorOperators.ADD);
  }
}
