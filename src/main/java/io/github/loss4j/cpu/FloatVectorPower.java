// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfOrdered;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfProduct;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfSum;
import static io.github.loss4j.cpu.FloatVectors.at;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** What {@link Power} does, for blocks of F32: the same operations in the same order. */
final class FloatVectorPower {
  private static final int WIDTH = FloatVectors.WIDTH;

  private FloatVectorPower() {}

  /** x log2 e of x clamped. */
  static void timesLog2e(float[] x, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector clamped = FloatVectors.clamped(at(x, i));
      FloatVector log2e = FloatVectors.of(FloatArithmetic.LOG2E_HIGH);
      FloatVector head = clamped.mul(log2e);
      FloatVector rest = tailOfProduct(clamped, log2e, head);
      head.intoArray(into.heads(), i);
      clamped.fma(FloatVectors.of(FloatArithmetic.LOG2E_LOW), rest).intoArray(into.tails(), i);
    }
  }

  /**
   * The parts of 2^y for |y| below 2^22, or a NaN; the significand is near 1.
   *
   * @param exponents integers
   */
  static void exp2Words(FloatWords y, FloatWords into, float[] exponents, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector head = at(y.heads(), i);
      FloatVector tail = at(y.tails(), i);
      FloatVector toInteger = FloatVectors.of(FloatArithmetic.ROUND_TO_INTEGER);
      FloatVector n = head.add(toInteger).sub(toInteger);
      n.intoArray(exponents, i);
      FloatVector left = head.sub(n);
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
      FloatVectors.scaledDown(at(x.heads(), i), exponent).intoArray(into.heads(), i);
      FloatVectors.scaledDown(at(x.tails(), i), exponent).intoArray(into.tails(), i);
    }
  }
}
