// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectors.at;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * What {@link Arithmetic#divide} does, for blocks of F32: the same operations in the same order.
 */
final class FloatVectorQuotient {
  private static final int WIDTH = FloatVectors.WIDTH;
  private static final int SIGN = Integer.MIN_VALUE;
  private static final int FRACTION = 0x7fffff;
  private static final int ONE = Float.floatToRawIntBits(1);
  private static final int LIMIT = 2 * FloatArithmetic.BIAS - 2;

  /** Makes every subnormal number normal. */
  private static final float UP = 0x1p32f;

  private static final int UP_EXPONENT = 32;

  private FloatVectorQuotient() {}

  /** Adds the stages of a / b for any numbers. */
  static void add(FloatVectorStages stages, float[] a, float[] b, float[] into) {
    int length = into.length;
    float[] quotient = new float[length];
    float[] exponent = new float[length];
    stages.add(() -> significands(a, b, quotient, length));
    stages.add(() -> exponents(a, b, exponent, length));
    stages.add(() -> scaled(a, b, quotient, exponent, into, length));
  }

  /** The same for double words; the tail means nothing if the head is 0 or not finite. */
  static void add(FloatVectorStages stages, FloatWords a, FloatWords b, FloatWords into) {
    int length = into.heads().length;
    float[] remainder = new float[length];
    add(stages, a.heads(), b.heads(), into.heads());
    stages.add(() -> remainders(a, b, into.heads(), remainder, length));
    add(stages, remainder, b.heads(), into.tails());
  }

  /** The bits of |x| made normal. */
  private static IntVector normal(FloatVector x, VectorMask<Float> subnormal) {
    FloatVector size = x.abs();
    return size.blend(size.mul(UP), subnormal).reinterpretAsInts();
  }

  private static VectorMask<Float> isSubnormal(FloatVector x) {
    return x.abs().compare(VectorOperators.LT, Float.MIN_NORMAL);
  }

  private static FloatVector significand(FloatVector x) {
    return normal(x, isSubnormal(x)).and(FRACTION).or(ONE).reinterpretAsFloats();
  }

  private static FloatVector exponent(FloatVector x) {
    VectorMask<Float> subnormal = isSubnormal(x);
    FloatVector biased =
        FloatVectors.toFloat(normal(x, subnormal).lanewise(VectorOperators.LSHR, 23));
    return biased.blend(biased.sub(UP_EXPONENT), subnormal);
  }

  private static void significands(float[] a, float[] b, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector m = significand(at(a, i));
      FloatVector d = significand(at(b, i));
      FloatVector inverse = FloatVectorDoubleWord.reciprocal(d);
      FloatVector q = m.mul(inverse);
      q.neg().fma(d, m).fma(inverse, q).intoArray(into, i);
    }
  }

  private static void exponents(float[] a, float[] b, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      exponent(at(a, i)).sub(exponent(at(b, i))).intoArray(into, i);
    }
  }

  private static void scaled(
      float[] a, float[] b, float[] quotient, float[] exponent, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector m = at(quotient, i);
      FloatVector scaled =
          FloatVectors.scaled(m, FloatVectors.toInt(at(exponent, i)).min(LIMIT).max(-LIMIT));
      IntVector sign = bits(a, i).lanewise(VectorOperators.XOR, bits(b, i)).and(SIGN);
      FloatVector signed = scaled.reinterpretAsInts().or(sign).reinterpretAsFloats();
      // What neither rounds nor is a number's own is IEEE's.
      FloatVector special = at(a, i).div(at(b, i));
      VectorMask<Float> ordinary =
          FloatVectorDoubleWord.ordinary(at(a, i)).and(FloatVectorDoubleWord.ordinary(at(b, i)));
      special.blend(signed, ordinary).intoArray(into, i);
    }
  }

  private static IntVector bits(float[] x, int i) {
    return at(x, i).reinterpretAsInts();
  }

  private static void remainders(
      FloatWords a, FloatWords b, float[] quotient, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector minusQ = at(quotient, i).neg();
      FloatVector ofHead =
          minusQ.fma(at(b.tails(), i), minusQ.fma(at(b.heads(), i), at(a.heads(), i)));
      ofHead.add(at(a.tails(), i)).intoArray(into, i);
    }
  }
}
