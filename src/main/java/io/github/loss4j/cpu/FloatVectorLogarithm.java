// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectorDoubleWord.reciprocal;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfOrdered;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfProduct;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfSum;
import static io.github.loss4j.cpu.FloatVectors.at;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** What {@link Logarithm} does, for blocks of F32: the same operations in the same order. */
final class FloatVectorLogarithm {
  private static final int WIDTH = FloatVectors.WIDTH;

  /** Makes every subnormal number normal. */
  private static final float UP = 0x1p32f;

  private static final float UP_EXPONENT = 32;

  /** The bits of the first significand that is halved. */
  private static final int SQRT_HALF = Float.floatToRawIntBits(Math.nextUp(0x1.6a09e6p-1f));

  /** Carries into the exponent of a significand from there on. */
  private static final int TO_SQRT2 = Float.floatToRawIntBits(1) - SQRT_HALF;

  private static final int FRACTION = 0x7fffff;

  private FloatVectorLogarithm() {}

  /** Adds the stages of the natural logarithm of any x. */
  static FloatWords add(FloatVectorStages stages, float[] x) {
    int length = x.length;
    float[] k = new float[length];
    float[] u = new float[length];
    FloatWords log = new FloatWords(length);
    stages.add(() -> split(x, u, k, length));
    stages.add(() -> near1(u, log, length));
    stages.add(() -> logarithms(x, log, k, log, length));
    return log;
  }

  /** log(1 + u) for -1/2 &le; u &le; 1. */
  static void near1(float[] u, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector x = at(u, i);
      FloatVector inverse = inverseOf2Plus(x);
      FloatVector t = x.mul(inverse);
      t.add(t).intoArray(into.heads(), i);
      tailNear1(x, inverse, t).intoArray(into.tails(), i);
    }
  }

  /** log(1 + u) for -1/2 &lt; u &le; 1. */
  static void log1p(float[] u, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector x = at(u, i);
      FloatVector inverse = inverseOf2Plus(x);
      FloatVector t = x.mul(inverse);
      VectorMask<Float> tiny = x.abs().compare(VectorOperators.LT, FloatArithmetic.TINY);
      t.add(t).blend(x, tiny).intoArray(into.heads(), i);
      FloatVector tailOfTiny = x.mul(-0.5f).mul(x);
      tailNear1(x, inverse, t).blend(tailOfTiny, tiny).intoArray(into.tails(), i);
    }
  }

  /**
   * Takes numbers apart: x = (1 + u) 2^k, where log(1 + u) is nearest to 0; u and k of a number
   * that is not positive and finite mean nothing.
   *
   * @param u what {@link #near1} takes
   * @param k integers
   */
  static void split(float[] x, float[] u, float[] k, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector number = at(x, i);
      VectorMask<Float> subnormal = number.compare(VectorOperators.LT, Float.MIN_NORMAL);
      IntVector bits = number.blend(number.mul(UP), subnormal).reinterpretAsInts().add(TO_SQRT2);
      IntVector exponent = bits.lanewise(VectorOperators.ASHR, 23);
      FloatVector m = bits.and(FRACTION).add(SQRT_HALF).reinterpretAsFloats();
      m.sub(1).intoArray(u, i);
      FloatVector n = FloatVectors.toFloat(exponent.sub(FloatArithmetic.BIAS));
      n.blend(n.sub(UP_EXPONENT), subnormal).intoArray(k, i);
    }
  }

  /** The natural logarithm of x = (1 + u) 2^k; the tail is 0 where it is not finite. */
  static void logarithms(float[] x, FloatWords near1, float[] k, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector exponent = at(k, i);
      FloatVector product = exponent.mul(FloatArithmetic.LN2_SHORT);
      FloatVector near = at(near1.heads(), i);
      FloatVector head = product.add(near);
      FloatVector rest =
          exponent.fma(FloatVectors.of(FloatArithmetic.LN2_REST), at(near1.tails(), i));
      FloatVector tail = tailOfOrdered(product, near, head).add(rest);
      FloatVector number = at(x, i);
      VectorMask<Float> infinite = number.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY);
      VectorMask<Float> zero = number.compare(VectorOperators.EQ, 0f);
      VectorMask<Float> finite = number.compare(VectorOperators.GT, 0f).andNot(infinite);
      FloatVectors.of(Float.NaN)
          .blend(number, infinite)
          .blend(Float.NEGATIVE_INFINITY, zero)
          .blend(head, finite)
          .intoArray(into.heads(), i);
      FloatVectors.of(0).blend(tail, finite).intoArray(into.tails(), i);
    }
  }

  /** The base-2 logarithm of x = (1 + u) 2^k, finite and positive. */
  static void log2(FloatWords near1, float[] k, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector log2e = FloatVectors.of(FloatArithmetic.LOG2E_HIGH);
      FloatVector natural = at(near1.heads(), i);
      FloatVector product = natural.mul(log2e);
      FloatVector rest = tailOfProduct(natural, log2e, product);
      rest = natural.fma(FloatVectors.of(FloatArithmetic.LOG2E_LOW), rest);
      rest = at(near1.tails(), i).fma(log2e, rest);
      FloatVector exponent = at(k, i);
      FloatVector sum = exponent.add(product);
      FloatVector tail = tailOfOrdered(exponent, product, sum).add(rest);
      FloatVector head = sum.add(tail);
      head.intoArray(into.heads(), i);
      tailOfOrdered(sum, tail, head).intoArray(into.tails(), i);
    }
  }

  /**
   * The logarithm of m 2^k e^rest / e^x, for m in [1, 2), a tiny rest and a finite x.
   *
   * @param part what {@link #near1} makes of m - 1
   */
  static void logRatio(
      FloatWords part, float[] k, float[] rest, float[] x, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector exponent = at(k, i);
      FloatVector product = exponent.mul(FloatArithmetic.E1);
      FloatVector minusX = at(x, i).neg();
      FloatVector difference = product.add(minusX);
      FloatVector near = at(part.heads(), i);
      FloatVector sum = difference.add(near);
      FloatVector productTail =
          exponent.fma(
              FloatVectors.of(FloatArithmetic.LN2_LOW),
              tailOfProduct(exponent, FloatVectors.of(FloatArithmetic.E1), product));
      FloatVector tails =
          tailOfSum(product, minusX, difference).add(tailOfSum(difference, near, sum));
      FloatVector tail = tails.add(productTail.add(at(part.tails(), i).add(at(rest, i))));
      FloatVector head = sum.add(tail);
      head.intoArray(into.heads(), i);
      tailOfOrdered(sum, tail, head).intoArray(into.tails(), i);
    }
  }

  /** 1 / (2 + u), whose significand is in [1, 2]. */
  private static FloatVector inverseOf2Plus(FloatVector u) {
    FloatVector scale = FloatVectors.of(0.5f).blend(1, u.compare(VectorOperators.LT, 0f));
    return reciprocal(u.add(2).mul(scale)).mul(scale);
  }

  /** The tail of log(1 + u) = 2 atanh(t) with t = u / (2 + u). */
  private static FloatVector tailNear1(FloatVector u, FloatVector inverse, FloatVector t) {
    FloatVector divisor = u.add(2);
    FloatVector minusT = t.neg();
    FloatVector remainder =
        minusT.fma(tailOfOrdered(FloatVectors.of(2), u, divisor), minusT.fma(divisor, u));
    FloatVector square = t.mul(t);
    FloatVector half = remainder.mul(inverse);
    FloatVector rest = half.add(half);
    return t.mul(square).fma(atanh(square), rest.fma(square, rest));
  }

  private static FloatVector atanh(FloatVector square) {
    FloatVector p =
        square.fma(FloatVectors.of(FloatArithmetic.A5), FloatVectors.of(FloatArithmetic.A4));
    p = p.fma(square, FloatVectors.of(FloatArithmetic.A3));
    p = p.fma(square, FloatVectors.of(FloatArithmetic.A2));
    return p.fma(square, FloatVectors.of(FloatArithmetic.A1));
  }
}
