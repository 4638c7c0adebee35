// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.Scale;

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

  /** A number without a tail. */
  static DoubleWord of(double a) {
    return new DoubleWord(a, 0);
  }

  static DoubleWord of(Scale scale) {
    return new DoubleWord(scale.head(), scale.tail());
  }

  DoubleWord negated() {
    return new DoubleWord(-head, -tail);
  }

  /**
   * The sum with b. A tail of 0 would take the sign of a 0, and that of what is not finite is a
   * NaN.
   */
  DoubleWord plus(DoubleWord b, Arithmetic arithmetic) {
    DoubleWord sum = sumOf(head, b.head, arithmetic);
    double rest = arithmetic.round(sum.tail + arithmetic.round(tail + b.tail));
    return Math.abs(rest) > 0 ? sumOfOrdered(sum.head, rest, arithmetic) : of(sum.head);
  }

  /** The product with b; the tail means nothing if the head is 0 or not finite. */
  DoubleWord by(double b, Arithmetic arithmetic) {
    double product = arithmetic.round(head * b);
    double rest = arithmetic.fma(head, b, -product);
    return new DoubleWord(product, arithmetic.fma(tail, b, rest));
  }

  /** The product with b; the tail means nothing if the head is 0 or not finite. */
  DoubleWord by(DoubleWord b, Arithmetic arithmetic) {
    double product = arithmetic.round(head * b.head);
    double rest = arithmetic.fma(tail, b.head, arithmetic.fma(head, b.head, -product));
    return new DoubleWord(product, arithmetic.fma(head, b.tail, rest));
  }

  /** This over any b; the tail means nothing if the head is 0 or not finite. */
  DoubleWord over(DoubleWord b, Arithmetic arithmetic) {
    double q = arithmetic.divide(head, b.head);
    double ofHead = arithmetic.fma(-q, b.tail, arithmetic.fma(-q, b.head, head));
    return new DoubleWord(q, arithmetic.divide(arithmetic.round(ofHead + tail), b.head));
  }

  /** The one number nearest to this; the sign of a 0 and what is not finite are the head's. */
  double rounded(Arithmetic arithmetic) {
    return head == 0 || !Double.isFinite(head) ? head : arithmetic.round(head + tail);
  }

  /** This times b, rounded nearly once; the sign of a 0 and what is not finite are the head's. */
  double times(double b, Arithmetic arithmetic) {
    double product = arithmetic.round(head * b);
    return product == 0 || !Double.isFinite(product)
        ? product
        : arithmetic.fma(head, b, arithmetic.round(tail * b));
  }

  /** This times b, rounded nearly once; the sign of a 0 and what is not finite are the heads'. */
  double times(DoubleWord b, Arithmetic arithmetic) {
    return times(b.head, b.tail, arithmetic);
  }

  /** The same for a double word in parts. */
  double times(double bHead, double bTail, Arithmetic arithmetic) {
    double product = arithmetic.round(head * bHead);
    return product == 0 || !Double.isFinite(product)
        ? product
        : arithmetic.fma(head, bHead, arithmetic.fma(head, bTail, arithmetic.round(tail * bHead)));
  }

  /** The same less c; what is not finite is the heads'. */
  double timesLess(double bHead, double bTail, DoubleWord c, Arithmetic arithmetic) {
    DoubleWord product = by(new DoubleWord(bHead, bTail), arithmetic);
    DoubleWord difference = sumOf(product.head, -c.head, arithmetic);
    double tails = arithmetic.round(product.tail - c.tail);
    double rest = arithmetic.round(difference.tail + tails);
    return Double.isFinite(difference.head)
        ? arithmetic.round(difference.head + rest)
        : difference.head;
  }

  /** a over this, for a head in [1, 2]. */
  DoubleWord under(DoubleWord a, Arithmetic arithmetic) {
    double inverse = arithmetic.reciprocal(new Arithmetic.Binary(head, 0));
    double q = arithmetic.round(a.head * inverse);
    double ofHead = arithmetic.fma(-q, tail, arithmetic.fma(-q, head, a.head));
    double remainder = arithmetic.round(ofHead + a.tail);
    return sumOfOrdered(q, arithmetic.round(remainder * inverse), arithmetic);
  }

  /** This times 2^n, for a head that {@link Arithmetic#scaledDown} takes. */
  DoubleWord scaledDown(int n, Arithmetic arithmetic) {
    return new DoubleWord(arithmetic.scaledDown(head, n), arithmetic.scaledDown(tail, n));
  }

  /** The tail as a part of the head, which may be 0 if the tail is. */
  double relativeTail(Arithmetic arithmetic) {
    return tail == 0 ? 0 : arithmetic.divide(tail, head);
  }
}
