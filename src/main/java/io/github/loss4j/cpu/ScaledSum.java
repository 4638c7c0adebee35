// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * A sum of exponentials, significand * 2^exponent, whose rounding does not depend on the exponent:
 * scaling by powers of two is exact, and what underflows is too small to change the result.
 */
final class ScaledSum {
  private static final int EMPTY = -(1 << 22);

  private final Arithmetic arithmetic;
  private double significand;
  private int exponent = EMPTY;

  ScaledSum(Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  void reset() {
    significand = 0;
    exponent = EMPTY;
  }

  /** Adds term * 2^termExponent. */
  void add(double term, int termExponent) {
    int larger = Math.max(exponent, termExponent);
    double scaled = arithmetic.round(significand * arithmetic.power(exponent - larger));
    significand = arithmetic.fma(term, arithmetic.power(termExponent - larger), scaled);
    exponent = larger;
  }

  double significand() {
    return significand;
  }

  int exponent() {
    return exponent;
  }

  /** The sum with a significand in [1, 2); it must be positive and finite. */
  Arithmetic.Binary normalized() {
    Arithmetic.Binary parts = Arithmetic.split(significand);
    return new Arithmetic.Binary(parts.significand(), parts.exponent() + exponent);
  }
}
