// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * A double word with a head in [1, 2), times 2^exponent. {@code kernels/double_word.clh} is the
 * same in OpenCL C; a change here is a change there.
 */
record ScaledWord(DoubleWord word, int exponent) {

  /** x 2^exponent for x &gt; 0. */
  static ScaledWord of(DoubleWord x, int exponent, Arithmetic arithmetic) {
    Arithmetic.Binary head = Arithmetic.split(x.head());
    double tail = arithmetic.round(x.tail() * arithmetic.power(-head.exponent()));
    return new ScaledWord(new DoubleWord(head.significand(), tail), exponent + head.exponent());
  }

  static ScaledWord of(Arithmetic.Binary x) {
    return new ScaledWord(DoubleWord.of(x.significand()), x.exponent());
  }

  /** The product with another number. */
  ScaledWord by(Arithmetic.Binary other, Arithmetic arithmetic) {
    DoubleWord product = word.by(other.significand(), arithmetic);
    return of(product, exponent + other.exponent(), arithmetic);
  }

  /** The sum with another number. */
  ScaledWord plus(Arithmetic.Binary other, Arithmetic arithmetic) {
    int larger = Math.max(exponent, other.exponent());
    double scale = arithmetic.power(exponent - larger);
    double addend = other.significand() * arithmetic.power(other.exponent() - larger);
    DoubleWord sum =
        DoubleWord.sumOf(
            arithmetic.round(word.head() * scale), arithmetic.round(addend), arithmetic);
    double tail = arithmetic.round(sum.tail() + arithmetic.round(word.tail() * scale));
    return of(new DoubleWord(sum.head(), tail), larger, arithmetic);
  }

  /** Another over this. */
  DoubleWord under(ScaledWord other, Arithmetic arithmetic) {
    return word.under(other.word, arithmetic).scaledDown(other.exponent - exponent, arithmetic);
  }

  /** Whether another number is at least the head of this. */
  boolean isReachedBy(Arithmetic.Binary other) {
    return other.exponent() > exponent
        || (other.exponent() == exponent && other.significand() >= word.head());
  }

  /** The logarithm of this / e^x. */
  DoubleWord logRatio(double x, Arithmetic arithmetic) {
    double inverse = word.under(DoubleWord.of(1), arithmetic).head();
    double rest = arithmetic.round(word.tail() * inverse);
    return arithmetic.logRatio(new Arithmetic.Binary(word.head(), exponent), rest, x);
  }
}
