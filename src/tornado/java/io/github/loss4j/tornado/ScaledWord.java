// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static io.github.loss4j.tornado.Arithmetic.power;
import static io.github.loss4j.tornado.Arithmetic.sum;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A double word with a head in [1, 2), times 2^exponent. {@code kernels/double_word.clh} is the
 * same in OpenCL C; a change here is a change there.
 */
@SuppressWarnings("ShortCircuitBoolean") // as Arithmetic says
record ScaledWord(DoubleWord word, int exponent) {

  /** x 2^exponent for x &gt; 0. */
  static ScaledWord of(FloatArray powers, DoubleWord x, int exponent) {
    Binary head = Binary.of(powers, x.head());
    float tail = x.tail() * power(powers, -head.exponent());
    return new ScaledWord(new DoubleWord(head.significand(), tail), exponent + head.exponent());
  }

  /** The sum with another number. */
  ScaledWord plus(FloatArray powers, Binary other) {
    int larger = TornadoMath.max(exponent, other.exponent());
    float scale = power(powers, exponent - larger);
    float addend = other.significand() * power(powers, other.exponent() - larger);
    DoubleWord both = DoubleWord.sumOf(word.head() * scale, addend);
    float tail = sum(both.tail(), word.tail() * scale);
    return of(powers, new DoubleWord(both.head(), tail), larger);
  }

  /** The product with another number. */
  ScaledWord by(FloatArray powers, Binary other) {
    return of(powers, word.by(other.significand()), exponent + other.exponent());
  }

  /** Another number over this. */
  DoubleWord under(FloatArray powers, Binary other) {
    return DoubleWord.of(other.significand())
        .over(word)
        .scaledDown(powers, other.exponent() - exponent);
  }

  /** The same. */
  DoubleWord under(FloatArray powers, ScaledWord other) {
    return other.word.over(word).scaledDown(powers, other.exponent - exponent);
  }

  /** Whether another number is at least the head of this. */
  boolean isReachedBy(Binary other) {
    return other.exponent() > exponent
        | (other.exponent() == exponent & other.significand() >= word.head());
  }
}
