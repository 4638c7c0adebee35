// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * The sum of e<sup>x - shift</sup> over a segment of a row, without the elements that equal the
 * row's reference: where a forward pass spends its time. Both implementations, in plain Java and
 * with the Vector API, give the same bits.
 */
abstract class SegmentSum {
  int ties;
  double largest;
  double significand;
  int exponent;

  /**
   * Computes it.
   *
   * @param row the row
   * @param from the segment's first class
   * @param reference what an element must not equal
   * @param shift what is subtracted from every element
   * @param tied whether some element is known to equal the reference; it changes nothing but time
   */
  abstract void compute(long row, int from, double reference, double shift, boolean tied);

  /** How many elements equal the reference. */
  final int ties() {
    return ties;
  }

  /** The largest element that does not; -infinity if there is none, NaN counting as none. */
  final double largest() {
    return largest;
  }

  /**
   * The sum is significand times 2^exponent, where the exponent is that of e^(largest - shift).
   * Where the largest is -infinity it means nothing.
   */
  final double significand() {
    return significand;
  }

  final int exponent() {
    return exponent;
  }
}
