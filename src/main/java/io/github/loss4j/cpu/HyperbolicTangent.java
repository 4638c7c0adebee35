// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * The hyperbolic tangent and its derivative. With u = e^(-2|y|), tanh |y| = 1 - 2 u / (1 + u); near
 * 0, where that cancels, a polynomial. The derivative is 4 u / (1 + u)&sup2;, which never cancels.
 * {@code kernels/tanh.clh} is the same in OpenCL C; a change here is a change there.
 */
final class HyperbolicTangent {
  /** Up to here the polynomial holds; beyond, tanh is above 1/2. */
  private static final double NEAR_0 = 0x1.19999ap-1;

  private final Polynomial near0;

  HyperbolicTangent(Polynomial near0) {
    this.near0 = near0;
  }

  /** tanh y; a NaN stays, and so does the sign of 0. */
  double of(double y, Arithmetic arithmetic) {
    double magnitude = Math.abs(y);
    if (magnitude < NEAR_0) {
      double square = arithmetic.round(y * y);
      double p = near0.at(square, arithmetic);
      return Math.copySign(arithmetic.fma(arithmetic.round(magnitude * square), p, magnitude), y);
    }
    Arithmetic.Binary parts = arithmetic.exponential(-2 * magnitude);
    double u = arithmetic.round(parts.significand() * arithmetic.power(parts.exponent()));
    return Math.copySign(arithmetic.fma(-2 * u, arithmetic.reciprocalOf1Plus(u), 1), y);
  }

  /** 1 - tanh&sup2; y, down to the least of numbers; a NaN stays. */
  double derivative(double y, Arithmetic arithmetic) {
    Arithmetic.Binary parts = arithmetic.exponential(-2 * Math.abs(y));
    double p = parts.significand();
    double u = arithmetic.round(p * arithmetic.power(parts.exponent()));
    double r = arithmetic.reciprocalOf1Plus(u);
    double product = arithmetic.round(arithmetic.round(4 * p * r) * r);
    return arithmetic.scaledDown(product, parts.exponent());
  }
}
