// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfOrdered;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfProduct;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfSum;
import static io.github.loss4j.cpu.FloatVectors.at;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** What {@link Power} does, for blocks of F32: the same operations in the same order. */
final class FloatVectorPower {
  private static final int WIDTH = FloatVectors.WIDTH;

  /** Beyond it 2^y is 0 or infinite. */
  private static final float LARGEST_LOGARITHM = 2 * FloatArithmetic.BIAS;

  private FloatVectorPower() {}

  /** Adds the stages of e^x for any x; the tail means nothing if the head is 0 or not finite. */
  static FloatWords addExponential(FloatVectorStages stages, float[] x) {
    FloatWords logarithm = new FloatWords(x.length);
    stages.add(() -> timesLog2e(x, logarithm, x.length));
    return addExp2(stages, logarithm);
  }

  /**
   * Adds the stages of a^exponent; NaN where a is not a positive number and the exponent is not 0,
   * 1 or 2. The tail means nothing if the head is 0 or not finite.
   */
  static FloatWords add(FloatVectorStages stages, FloatWords a, float exponent) {
    int length = a.heads().length;
    if (exponent == 0) {
      return FloatWords.all(DoubleWord.of(1), length);
    }
    if (exponent == 1) {
      return a;
    }
    if (exponent == 2) {
      FloatWords square = new FloatWords(length);
      stages.add(() -> FloatVectorDoubleWord.by(a, a, square, length));
      return square;
    }
    float[] u = new float[length];
    float[] k = new float[length];
    FloatWords log = new FloatWords(length);
    float[] relativeTail = new float[length];
    stages.add(() -> FloatVectorLogarithm.split(a.heads(), u, k, length));
    stages.add(() -> FloatVectorLogarithm.near1(u, log, length));
    stages.add(() -> FloatVectorLogarithm.log2(log, k, log, length));
    FloatVectorQuotient.add(stages, a.tails(), a.heads(), relativeTail);
    stages.add(() -> multiply(log, relativeTail, exponent, log, length));
    FloatWords power = addExp2(stages, log);
    float ofZero = exponent > 0 ? 0 : Float.POSITIVE_INFINITY;
    stages.add(() -> correctSpecial(a, ofZero, power, length));
    return power;
  }

  private static FloatWords addExp2(FloatVectorStages stages, FloatWords y) {
    int length = y.heads().length;
    float[] n = new float[length];
    FloatWords significand = new FloatWords(length);
    FloatWords power = new FloatWords(length);
    stages.add(() -> exp2Words(y, significand, n, length));
    stages.add(() -> scaled(y.heads(), significand, n, power, length));
    return power;
  }

  /** The logarithm of a power. */
  private static void multiply(
      FloatWords log2, float[] relativeTail, float exponent, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector factor = FloatVectors.of(exponent);
      FloatVector head = at(log2.heads(), i);
      FloatVector product = head.mul(factor);
      FloatVector rest = tailOfProduct(factor, head, product);
      FloatVector tail =
          at(relativeTail, i).fma(FloatVectors.of(FloatArithmetic.LOG2E_HIGH), at(log2.tails(), i));
      product.intoArray(into.heads(), i);
      factor.fma(tail, rest).intoArray(into.tails(), i);
    }
  }

  private static void correctSpecial(FloatWords a, float ofZero, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector head = at(a.heads(), i);
      VectorMask<Float> one =
          head.compare(VectorOperators.EQ, 1f)
              .and(at(a.tails(), i).compare(VectorOperators.EQ, 0f));
      FloatVector power = FloatVectors.of(Float.NaN);
      power = power.blend(at(into.heads(), i), FloatVectorDoubleWord.ordinary(head));
      power = power.blend(Float.NaN, head.compare(VectorOperators.LT, 0f));
      VectorMask<Integer> zero = head.reinterpretAsInts().compare(VectorOperators.EQ, 0);
      power.blend(1, one).blend(ofZero, zero.cast(FloatVectors.FLOATS)).intoArray(into.heads(), i);
      at(into.tails(), i).blend(0, one).intoArray(into.tails(), i);
    }
  }

  /** 2^y from its parts. */
  private static void scaled(
      float[] y, FloatWords significand, float[] n, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      VectorMask<Float> beyond = at(y, i).abs().compare(VectorOperators.GE, LARGEST_LOGARITHM);
      VectorMask<Float> above = at(y, i).compare(VectorOperators.GE, LARGEST_LOGARITHM);
      IntVector exponent = FloatVectors.toInt(at(n, i));
      FloatVectors.scaled(at(significand.heads(), i), exponent)
          .blend(0, beyond)
          .blend(Float.POSITIVE_INFINITY, above)
          .intoArray(into.heads(), i);
      FloatVectors.scaled(at(significand.tails(), i), exponent)
          .blend(0, beyond)
          .intoArray(into.tails(), i);
    }
  }

  /**
   * The parts of e^x for any x, which is clamped, or a NaN; the significand is near 1.
   *
   * @param exponents integers
   */
  static void exponentials(float[] x, FloatWords into, float[] exponents, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector clamped = FloatVectors.clamped(at(x, i));
      FloatVector head = clamped.mul(FloatArithmetic.LOG2E_HIGH);
      FloatVector n = rounded(head);
      n.intoArray(exponents, i);
      exp2(head.sub(n), tailOfLog2e(clamped, head), into, i);
    }
  }

  /** x log2 e of x clamped. */
  private static void timesLog2e(float[] x, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector clamped = FloatVectors.clamped(at(x, i));
      FloatVector head = clamped.mul(FloatArithmetic.LOG2E_HIGH);
      head.intoArray(into.heads(), i);
      tailOfLog2e(clamped, head).intoArray(into.tails(), i);
    }
  }

  private static FloatVector tailOfLog2e(FloatVector x, FloatVector head) {
    FloatVector rest = tailOfProduct(x, FloatVectors.of(FloatArithmetic.LOG2E_HIGH), head);
    return x.fma(FloatVectors.of(FloatArithmetic.LOG2E_LOW), rest);
  }

  /**
   * The parts of 2^y for |y| below 2^22, or a NaN; the significand is near 1.
   *
   * @param exponents integers
   */
  private static void exp2Words(FloatWords y, FloatWords into, float[] exponents, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector head = at(y.heads(), i);
      FloatVector n = rounded(head);
      n.intoArray(exponents, i);
      exp2(head.sub(n), at(y.tails(), i), into, i);
    }
  }

  private static FloatVector rounded(FloatVector x) {
    FloatVector toInteger = FloatVectors.of(FloatArithmetic.ROUND_TO_INTEGER);
    return x.add(toInteger).sub(toInteger);
  }

  /** 2^f for an f of two parts, of which the first is at most 1/2. */
  private static void exp2(FloatVector left, FloatVector tail, FloatWords into, int i) {
    FloatVector f = left.add(tail);
    FloatVector tailOfF = tailOfSum(left, tail, f);
    FloatVector ln2 = FloatVectors.of(FloatArithmetic.E1);
    FloatVector slope = f.mul(ln2);
    FloatVector slopeTail =
        f.fma(FloatVectors.of(FloatArithmetic.LN2_LOW), tailOfProduct(f, ln2, slope));
    FloatVector sum = slope.add(1);
    FloatVector rest = tailOfF.mul(ln2).fma(sum, slopeTail);
    FloatVector tails = tailOfOrdered(FloatVectors.of(1), slope, sum).add(rest);
    FloatVector curve = f.mul(f).fma(curve(f), tails);
    FloatVector significand = sum.add(curve);
    significand.intoArray(into.heads(), i);
    tailOfOrdered(sum, curve, significand).intoArray(into.tails(), i);
  }

  /** (2^f - 1 - f ln 2) / f&sup2;. */
  private static FloatVector curve(FloatVector f) {
    FloatVector p = f.fma(FloatVectors.of(FloatArithmetic.C7), FloatVectors.of(FloatArithmetic.C6));
    p = p.fma(f, FloatVectors.of(FloatArithmetic.C5));
    p = p.fma(f, FloatVectors.of(FloatArithmetic.C4));
    p = p.fma(f, FloatVectors.of(FloatArithmetic.C3));
    return p.fma(f, FloatVectors.of(FloatArithmetic.C2));
  }

  /** x 2^n for n at most the largest exponent, each part rounded once. */
  static void scaledDown(FloatWords x, float[] n, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      IntVector exponent = FloatVectors.toInt(at(n, i));
      IntVector normal = exponent.max(1 - FloatArithmetic.BIAS);
      FloatVector power = FloatVectors.power(exponent.sub(normal).add(FloatArithmetic.BIAS));
      FloatVector least = FloatVectors.power(normal.add(FloatArithmetic.BIAS));
      at(x.heads(), i).mul(power).mul(least).intoArray(into.heads(), i);
      at(x.tails(), i).mul(power).mul(least).intoArray(into.tails(), i);
    }
  }
}
