// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * A number as a head and a much smaller tail, both of the arithmetic type. {@code
 * kernels/double_word.clh} is the same in OpenCL C; a change here is a change there.
 */
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

  /** a b without error. */
  static DoubleWord productOf(double a, double b, Arithmetic arithmetic) {
    double head = arithmetic.round(a * b);
    return new DoubleWord(head, arithmetic.fma(a, b, -head));
  }

  /** This times b, rounded nearly once; the sign of a 0 and what is not finite are the head's. */
  double times(double b, Arithmetic arithmetic) {
    double product = arithmetic.round(head * b);
    return product == 0 || !Double.isFinite(product)
        ? product
        : arithmetic.fma(head, b, arithmetic.round(tail * b));
  }

  /** a over this, for a head in [1, 2]. */
  DoubleWord under(DoubleWord a, Arithmetic arithmetic) {
    double inverse = arithmetic.reciprocal(new Arithmetic.Binary(head, 0));
    double q = arithmetic.round(a.head * inverse);
    double ofHead = arithmetic.fma(-q, tail, arithmetic.fma(-q, head, a.head));
    double remainder = arithmetic.round(ofHead + a.tail);
    return sumOfOrdered(q, arithmetic.round(remainder * inverse), arithmetic);
  }

  /** The same for a single number, rounded nearly once. */
  double under(double a, Arithmetic arithmetic) {
    return under(new DoubleWord(a, 0), arithmetic).head;
  }

  /** The tail as a part of the head. */
  double relativeTail(Arithmetic arithmetic) {
    return arithmetic.divide(tail, head);
  }
}
