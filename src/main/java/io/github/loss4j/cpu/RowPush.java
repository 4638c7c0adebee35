// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * What the gradient of a row is made of where it is a factor times p<sub>c</sub>, but at the label.
 *
 * @param reference what the row is seen from
 * @param shift what is subtracted from an element x before e<sup>x</sup>
 * @param factor times e<sup>x - shift</sup> 2<sup>-exponent</sup> it is the gradient; the tail
 *     means nothing if the head is 0 or not finite
 * @param exponent of the row's sum
 * @param leastExponent of a term e<sup>x - shift</sup>, or {@link RowSum#NONE}
 * @param atTies the gradient of elements that equal the reference
 * @param label the label's class
 * @param atLabel the label's gradient
 */
record RowPush(
    double reference,
    double shift,
    DoubleWord factor,
    int exponent,
    int leastExponent,
    double atTies,
    int label,
    double atLabel) {

  private static final int LEAST_NORMAL = 2 - FloatArithmetic.BIAS;

  /** Whether the factor has a tail to count with. */
  boolean isOrdinary() {
    return factor.head() != 0 && Double.isFinite(factor.head());
  }

  /** Whether the factor is multiplied by normal powers of two only, but at ties. */
  boolean hasNormalPowers() {
    return leastExponent != RowSum.NONE && leastPower() >= LEAST_NORMAL;
  }

  /** Whether all gradients are normal numbers, but at ties, where they are numbers. */
  boolean isNormal() {
    int ofFactor = Math.getExponent(factor.head());
    return hasNormalPowers()
        && leastPower() + ofFactor > LEAST_NORMAL
        && ofFactor < FloatArithmetic.BIAS - 2
        && !Double.isNaN(atTies);
  }

  /** Whether this is so of a row that is not shifted, whose elements need no clamp. */
  boolean isPlain() {
    return shift == 0 && isNormal();
  }

  private long leastPower() {
    return (long) leastExponent - exponent;
  }
}
