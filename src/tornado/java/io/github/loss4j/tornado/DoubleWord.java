// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static io.github.loss4j.tornado.Arithmetic.fma;
import static io.github.loss4j.tornado.Arithmetic.isFinite;
import static io.github.loss4j.tornado.Arithmetic.isOrdinary;
import static io.github.loss4j.tornado.Arithmetic.sum;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A number as a head and a much smaller tail. {@code kernels/double_word.clh} is the same in OpenCL
 * C; a change here is a change there. On a device it is two floats in registers.
 */
record DoubleWord(float head, float tail) {

  /** A number without a tail. */
  static DoubleWord of(float a) {
    return new DoubleWord(a, 0f);
  }

  /** a + b without error, if |a| &ge; |b| or a is 0. */
  static DoubleWord sumOfOrdered(float a, float b) {
    float head = sum(a, b);
    return new DoubleWord(head, b - (head - a));
  }

  /** a + b without error. */
  static DoubleWord sumOf(float a, float b) {
    float head = sum(a, b);
    float part = head - a;
    return new DoubleWord(head, (a - (head - part)) + (b - part));
  }

  /** a b without error. */
  static DoubleWord productOf(float a, float b) {
    float head = a * b;
    return new DoubleWord(head, fma(a, b, -head));
  }

  static DoubleWord choose(boolean first, DoubleWord a, DoubleWord b) {
    return new DoubleWord(first ? a.head : b.head, first ? a.tail : b.tail);
  }

  DoubleWord negated() {
    return new DoubleWord(-head, -tail);
  }

  /**
   * The sum with b. A tail of 0 would take the sign of a 0, and that of what is not finite is a
   * NaN.
   */
  DoubleWord plus(DoubleWord b) {
    DoubleWord sum = sumOf(head, b.head);
    float rest = sum(sum.tail, sum(tail, b.tail));
    return choose(TornadoMath.abs(rest) > 0f, sumOfOrdered(sum.head, rest), of(sum.head));
  }

  /** The product with b; the tail means nothing if the head is 0 or not finite. */
  DoubleWord by(float b) {
    float product = head * b;
    return new DoubleWord(product, fma(tail, b, fma(head, b, -product)));
  }

  /** The product with b; the tail means nothing if the head is 0 or not finite. */
  DoubleWord by(DoubleWord b) {
    float product = head * b.head;
    float rest = fma(tail, b.head, fma(head, b.head, -product));
    return new DoubleWord(product, fma(head, b.tail, rest));
  }

  /** This times b, rounded nearly once; the sign of a 0 and what is not finite are the head's. */
  float times(float b) {
    float product = head * b;
    return isOrdinary(product) ? fma(head, b, tail * b) : product;
  }

  /** This times b, rounded nearly once; the sign of a 0 and what is not finite are the heads'. */
  float times(DoubleWord b) {
    float product = head * b.head;
    float rest = fma(head, b.tail, tail * b.head);
    return isOrdinary(product) ? fma(head, b.head, rest) : product;
  }

  /** This times b less c, rounded nearly once; what is not finite is the heads'. */
  float timesLess(DoubleWord b, DoubleWord c) {
    DoubleWord product = by(b);
    DoubleWord difference = sumOf(product.head, -c.head);
    float rest = sum(difference.tail, product.tail - c.tail);
    return isFinite(difference.head) ? sum(difference.head, rest) : difference.head;
  }

  /** This over b, for a head of b in [1, 2]. */
  DoubleWord over(DoubleWord b) {
    float inverse = Arithmetic.reciprocal(b.head);
    float q = head * inverse;
    float remainder = sum(fma(-q, b.tail, fma(-q, b.head, head)), tail);
    return sumOfOrdered(q, remainder * inverse);
  }

  /** 1 over this, for a head in [1, 2]. */
  DoubleWord reciprocal() {
    return of(1f).over(this);
  }

  /** This times 2^n, for a head that {@link Arithmetic#scaledDown} takes. */
  DoubleWord scaledDown(FloatArray powers, int n) {
    return new DoubleWord(
        Arithmetic.scaledDown(powers, head, n), Arithmetic.scaledDown(powers, tail, n));
  }

  /** The one number nearest to this. */
  float rounded() {
    return sum(head, tail);
  }
}
