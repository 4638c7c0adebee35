// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import java.math.BigInteger;

/**
 * A sum of doubles without rounding: a fixed-point number wide enough for every finite double, with
 * counts of NaN and of the infinities. Adding and merging are exact, so the sum does not depend on
 * the order of its terms; {@link #value()} rounds once. Not safe for use by several threads.
 *
 * <p>Limb i counts units of 2<sup>32 i - 1074</sup>. A limb is a long, so that it takes many terms
 * before its carry has to move on.
 *
 * @see <a href="https://doi.org/10.1137/1012009">M. A. Malcolm, On accurate floating-point
 *     summation, 1971</a>
 */
public final class ExactSum {
  private static final int LIMB_BITS = 32;
  private static final long LIMB_MASK = (1L << LIMB_BITS) - 1;

  /** Enough for 2^63 terms of the largest double: 1074 + 1024 + 63 bits. */
  private static final int LIMBS = 68;

  /** Each term adds less than 2^32 to a limb, and a long has room for 2^31 of them. */
  private static final int TERMS_BETWEEN_CARRIES = 1 << 30;

  private static final int MANTISSA_BITS = 53;
  private static final int LEAST_EXPONENT = -1074;

  /** So many terms of so many bits have a sum of fewer than 63. */
  static final int MANY = 1024;

  private static final int BITS_OF_MANY = 51;

  /** So far from what overflows and underflows that no unit of many terms does. */
  private static final double HUGE = 0x1p500;

  private final long[] limbs = new long[LIMBS];
  private int termsSinceCarry;
  private long nans;
  private long positiveInfinities;
  private long negativeInfinities;

  /** A sum of no terms. */
  public ExactSum() {}

  /**
   * Adds a term.
   *
   * @param term any double
   */
  public void add(double term) {
    add(term, 1);
  }

  /**
   * Adds a term several times.
   *
   * @param term any double
   * @param count how many times
   * @throws InvalidInputException if the count is negative
   */
  public void add(double term, long count) {
    if (count < 0) {
      throw new InvalidInputException("a term cannot be added %d times".formatted(count));
    }
    if (count == 0) {
      return;
    }
    if (!Double.isFinite(term)) {
      countNonFinite(term, count);
      return;
    }
    long bits = Double.doubleToRawLongBits(term);
    int exponent = (int) (bits >>> (MANTISSA_BITS - 1)) & 0x7ff;
    long fraction = bits & ((1L << (MANTISSA_BITS - 1)) - 1);
    long mantissa = exponent == 0 ? fraction : fraction | 1L << (MANTISSA_BITS - 1);
    int position = Math.max(exponent, 1) - 1;
    for (long rest = count; rest != 0; rest &= rest - 1) {
      addAt(position + Long.numberOfTrailingZeros(rest), mantissa, bits < 0);
    }
  }

  /**
   * Adds up to {@value #MANY} terms. Most of them are not much smaller than the largest: multiples
   * of a power of two that is not so small that a long would not hold their sum.
   */
  void add(double[] terms, int count) {
    long bits = 0;
    for (int i = 0; i < count; i++) {
      bits = Math.max(bits, Double.doubleToRawLongBits(terms[i]) & Long.MAX_VALUE);
    }
    double largest = Double.longBitsToDouble(bits);
    if (!(largest > 1 / HUGE && largest < HUGE)) {
      for (int i = 0; i < count; i++) {
        add(terms[i]);
      }
      return;
    }
    int least = Math.getExponent(largest) - BITS_OF_MANY;
    double unit = Math.scalb(1.0, least);
    double perUnit = Math.scalb(1.0, -least);
    long units = 0;
    for (int i = 0; i < count; i++) {
      long own = (long) (terms[i] * perUnit);
      if (own * unit == terms[i]) {
        units += own;
      } else {
        add(terms[i]);
      }
    }
    addAt(least - LEAST_EXPONENT, Math.abs(units), units < 0);
  }

  /**
   * Adds all terms of another sum, which does not change.
   *
   * @param other any sum
   */
  public void merge(ExactSum other) {
    carry();
    other.carry();
    for (int i = 0; i < LIMBS; i++) {
      limbs[i] += other.limbs[i];
    }
    termsSinceCarry = 1;
    nans += other.nans;
    positiveInfinities += other.positiveInfinities;
    negativeInfinities += other.negativeInfinities;
  }

  /**
   * The sum.
   *
   * @return rounded to nearest, ties to even; as IEEE 754 has it, NaN if a term was NaN or both
   *     infinities were among the terms
   */
  public double value() {
    if (nans > 0 || (positiveInfinities > 0 && negativeInfinities > 0)) {
      return Double.NaN;
    }
    if (positiveInfinities > 0) {
      return Double.POSITIVE_INFINITY;
    }
    if (negativeInfinities > 0) {
      return Double.NEGATIVE_INFINITY;
    }
    BigInteger exact = exactUnits();
    double magnitude = round(exact.abs());
    return exact.signum() < 0 ? -magnitude : magnitude;
  }

  private void countNonFinite(double term, long count) {
    if (Double.isNaN(term)) {
      nans += count;
    } else if (term > 0) {
      positiveInfinities += count;
    } else {
      negativeInfinities += count;
    }
  }

  private void addAt(int position, long mantissa, boolean negative) {
    if (termsSinceCarry == TERMS_BETWEEN_CARRIES) {
      carry();
    }
    termsSinceCarry++;
    int limb = position / LIMB_BITS;
    int shift = position % LIMB_BITS;
    long low = (mantissa << shift) & LIMB_MASK;
    long middle = (mantissa >>> (LIMB_BITS - shift)) & LIMB_MASK;
    long high = shift == 0 ? 0 : mantissa >>> (2 * LIMB_BITS - shift);
    long sign = negative ? -1 : 1;
    limbs[limb] += sign * low;
    limbs[limb + 1] += sign * middle;
    limbs[limb + 2] += sign * high;
  }

  /** Leaves 0 to 2^32 - 1 in every limb but the last, which keeps the sign. */
  private void carry() {
    for (int i = 0; i < LIMBS - 1; i++) {
      limbs[i + 1] += limbs[i] >> LIMB_BITS;
      limbs[i] &= LIMB_MASK;
    }
    termsSinceCarry = 0;
  }

  /** The finite part of the sum in units of the least double. */
  private BigInteger exactUnits() {
    carry();
    BigInteger units = BigInteger.valueOf(limbs[LIMBS - 1]);
    for (int i = LIMBS - 2; i >= 0; i--) {
      units = units.shiftLeft(LIMB_BITS).or(BigInteger.valueOf(limbs[i]));
    }
    return units;
  }

  /**
   * Rounds a number of least doubles; no result is subnormal and inexact, as the unit is the least.
   */
  private static double round(BigInteger units) {
    int excess = Math.max(0, units.bitLength() - MANTISSA_BITS);
    BigInteger kept = units.shiftRight(excess);
    if (excess > 0 && units.testBit(excess - 1)) {
      boolean tie = units.getLowestSetBit() == excess - 1;
      if (!tie || kept.testBit(0)) {
        kept = kept.add(BigInteger.ONE);
      }
    }
    return Math.scalb(kept.doubleValue(), excess + LEAST_EXPONENT);
  }
}
