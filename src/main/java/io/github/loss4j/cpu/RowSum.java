// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * The sum of e<sup>x - shift</sup> over a row, without the elements that equal a reference: where a
 * forward pass spends its time. Both implementations, in plain Java and with the Vector API, give
 * the same bits.
 */
abstract class RowSum {
  /** No exponent of a term. */
  static final int NONE = Integer.MIN_VALUE;

  final ScaledSum sum;
  int ties;

  RowSum(Arithmetic arithmetic) {
    sum = new ScaledSum(arithmetic);
  }

  /**
   * Computes it.
   *
   * @param row the row
   * @param reference what an element must not equal
   * @param shift what is subtracted from every element
   */
  abstract void compute(long row, double reference, double shift);

  /** How many elements equal the reference. */
  final int ties() {
    return ties;
  }

  /** The sum; where {@link #isEmpty} it means nothing. */
  final ScaledSum sum() {
    return sum;
  }

  /**
   * What should be subtracted from every element, 0 for a row that is not far from 0. A row with an
   * infinity or without elements is not far.
   */
  abstract double neededShift();

  /** Whether no element but -infinity is in the sum, NaN counting as none. */
  abstract boolean isEmpty();

  /** Whether +infinity is in the sum. */
  abstract boolean isUnbounded();

  /** Whether an element in the sum is larger than the reference. */
  abstract boolean exceedsReference();

  /** The largest element in the sum; -infinity if {@link #isEmpty}. */
  abstract double largest();

  /** The least exponent of a term e<sup>x - shift</sup>, or {@link #NONE} if it is not known. */
  abstract int leastExponent();

  /** The largest element of a row, -infinity if there is none; NaN counts as none. */
  abstract double largestOf(long row);

  static double shiftFor(double largest) {
    boolean far = Math.abs(largest) > Arithmetic.SHIFT_BEYOND && Double.isFinite(largest);
    return far ? largest : 0;
  }
}
