// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfSum;
import static io.github.loss4j.cpu.FloatVectors.at;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What {@link ScaledWord} does, for blocks of F32: the same operations in the same order. A result
 * may be one of its operands.
 */
final class FloatVectorScaledWord {
  private static final int WIDTH = FloatVectors.WIDTH;
  private static final int FRACTION = 0x7fffff;
  private static final int ONE = Float.floatToRawIntBits(1);

  private FloatVectorScaledWord() {}

  /** x 2^exponent for a normal x &gt; 0, with heads in [1, 2). */
  static void normalize(FloatScaledWords x, FloatScaledWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      IntVector bits = at(x.words().heads(), i).reinterpretAsInts();
      IntVector n = exponents(bits);
      FloatVector tail = at(x.words().tails(), i).mul(FloatVectors.power(inverse(n)));
      FloatVector exponent = at(x.exponents(), i).add(FloatVectors.toFloat(n));
      significands(bits).intoArray(into.words().heads(), i);
      tail.intoArray(into.words().tails(), i);
      exponent.intoArray(into.exponents(), i);
    }
  }

  /** Takes normal numbers &gt; 0 apart, and adds their exponents to those given. */
  static void split(float[] x, float[] exponents, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      IntVector bits = at(x, i).reinterpretAsInts();
      at(exponents, i).add(FloatVectors.toFloat(exponents(bits))).intoArray(exponents, i);
      significands(bits).intoArray(x, i);
    }
  }

  private static IntVector exponents(IntVector bits) {
    return bits.lanewise(VectorOperators.LSHR, 23).sub(FloatArithmetic.BIAS);
  }

  private static IntVector inverse(IntVector n) {
    return n.neg().add(FloatArithmetic.BIAS);
  }

  private static FloatVector significands(IntVector bits) {
    return bits.and(FRACTION).or(ONE).reinterpretAsFloats();
  }

  /** The product with numbers m 2^n, which is to be normalized. */
  static void by(FloatScaledWords a, float[] m, float[] n, FloatScaledWords into, int length) {
    FloatVectorDoubleWord.by(a.words(), m, into.words(), length);
    for (int i = 0; i < length; i += WIDTH) {
      at(a.exponents(), i).add(at(n, i)).intoArray(into.exponents(), i);
    }
  }

  /** The sum with numbers m 2^n, which is to be normalized. */
  static void plus(FloatScaledWords a, float[] m, float[] n, FloatScaledWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector larger = FloatVectors.larger(at(a.exponents(), i), at(n, i));
      FloatVector scale = power(at(a.exponents(), i).sub(larger));
      FloatVector head = at(a.words().heads(), i).mul(scale);
      FloatVector addend = at(m, i).mul(power(at(n, i).sub(larger)));
      FloatVector sum = head.add(addend);
      FloatVector tail = tailOfSum(head, addend, sum).add(at(a.words().tails(), i).mul(scale));
      sum.intoArray(into.words().heads(), i);
      tail.intoArray(into.words().tails(), i);
      larger.intoArray(into.exponents(), i);
    }
  }

  private static FloatVector power(FloatVector n) {
    return FloatVectors.power(FloatVectors.toInt(n).add(FloatArithmetic.BIAS));
  }

  /** The exponents of a / b, if that of the quotient of their words is 0. */
  static void subtractExponents(FloatScaledWords a, FloatScaledWords b, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      at(a.exponents(), i).sub(at(b.exponents(), i)).intoArray(into, i);
    }
  }
}
