// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/** A polynomial, evaluated by Horner's rule with fused multiply-adds. */
final class Polynomial {
  private final double[] coefficients;

  /** A polynomial of coefficients, lowest first. */
  Polynomial(double... coefficients) {
    this.coefficients = coefficients;
  }

  double at(double x, Arithmetic arithmetic) {
    double sum = coefficients[coefficients.length - 1];
    for (int i = coefficients.length - 2; i >= 0; i--) {
      sum = arithmetic.fma(sum, x, coefficients[i]);
    }
    return sum;
  }
}
