// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/** A number as a head and a much smaller tail, both of the arithmetic type. */
record DoubleWord(double head, double tail) {

  /** a + b without error, if |a| &ge; |b| or a is 0 (Dekker, 1971). */
  static DoubleWord sumOfOrdered(double a, double b, Arithmetic arithmetic) {
    double head = arithmetic.round(a + b);
    return new DoubleWord(head, arithmetic.round(b - arithmetic.round(head - a)));
  }

  /** a + b without error (Knuth). */
  static DoubleWord sumOf(double a, double b, Arithmetic arithmetic) {
    double head = arithmetic.round(a + b);
    double part = arithmetic.round(head - a);
    double left = arithmetic.round(a - arithmetic.round(head - part));
    return new DoubleWord(head, arithmetic.round(left + arithmetic.round(b - part)));
  }
}
