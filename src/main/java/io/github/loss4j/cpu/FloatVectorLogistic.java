// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectorDoubleWord.headOfRest;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfOrdered;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfProduct;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfRest;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfSum;
import static io.github.loss4j.cpu.FloatVectors.at;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * What {@link Logistic} is, for a block of logits x. Of p and q the larger is p where x &ge; 0, and
 * q elsewhere.
 */
final class FloatVectorLogistic {
  private static final int WIDTH = FloatVectors.WIDTH;

  private final FloatVectorStages stages;
  private final float[] x;
  private final int length;
  private final FloatWords larger;
  private final FloatWords smaller;
  private final FloatWords rest;
  private final FloatWords slope;

  /** Adds the stages that compute it; the smaller of p and q only if it is wanted. */
  FloatVectorLogistic(FloatVectorStages stages, float[] x, boolean smallerIsWanted) {
    this.stages = stages;
    this.x = x;
    length = x.length;
    larger = new FloatWords(length);
    smaller = new FloatWords(length);
    rest = new FloatWords(length);
    slope = new FloatWords(length);
    FloatWords one = FloatWords.all(DoubleWord.of(1), length);
    FloatWords exponential = new FloatWords(length);
    float[] exponents = new float[length];
    FloatWords u = new FloatWords(length);
    FloatWords sum = new FloatWords(length);
    stages.add(() -> negativeSizes(x, u.heads(), length));
    stages.add(() -> FloatVectorPower.exponentials(u.heads(), exponential, exponents, length));
    stages.add(() -> FloatVectorPower.scaledDown(exponential, exponents, u, length));
    stages.add(() -> addTo1(u, sum, length));
    stages.add(() -> FloatVectorDoubleWord.quotients(one, sum, larger, length));
    stages.add(() -> FloatVectorLogarithm.log1p(u.heads(), rest, length));
    stages.add(() -> addProducts(u.tails(), larger.heads(), rest.tails(), length));
    if (smallerIsWanted) {
      stages.add(() -> FloatVectorDoubleWord.quotients(exponential, sum, smaller, length));
      stages.add(() -> FloatVectorPower.scaledDown(smaller, exponents, smaller, length));
    }
  }

  FloatWords larger() {
    return larger;
  }

  FloatWords smaller() {
    return smaller;
  }

  /** log(1 + e<sup>-|x|</sup>). */
  FloatWords rest() {
    return rest;
  }

  /**
   * Adds the stages of what {@link Logistic#crossEntropy} is; NaN where x is infinite.
   *
   * @param v the factors of the positive answer
   * @param strongRest the rest times the strength
   */
  void addCrossEntropy(float[] t, float[] v, FloatWords strongRest, FloatWords into) {
    stages.add(() -> slopes(x, t, v, slope, length));
    stages.add(() -> addSlope(x, slope, strongRest, into, length));
  }

  /**
   * Adds the stage of what {@link Logistic#derivative} is, after the cross-entropy.
   *
   * @param strongSmaller the smaller of p and q times the strength
   */
  void addDerivative(FloatWords strongSmaller, FloatWords into) {
    stages.add(() -> derivative(x, slope, strongSmaller, into, length));
  }

  private static void negativeSizes(float[] x, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      at(x, i).abs().neg().intoArray(into, i);
    }
  }

  private static void addTo1(FloatWords u, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector head = at(u.heads(), i).add(1);
      FloatVector tail = tailOfOrdered(FloatVectors.of(1), at(u.heads(), i), head);
      head.intoArray(into.heads(), i);
      tail.add(at(u.tails(), i)).intoArray(into.tails(), i);
    }
  }

  private static void addProducts(float[] a, float[] b, float[] sums, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      at(a, i).fma(at(b, i), at(sums, i)).intoArray(sums, i);
    }
  }

  /** What the loss grows by where x does, from 0 on: 1 - t or -v t. */
  private static void slopes(float[] x, float[] t, float[] v, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      VectorMask<Float> positive = at(x, i).compare(VectorOperators.GE, 0f);
      FloatVector minusT = at(t, i).neg();
      FloatVector sum = minusT.add(1);
      FloatVector tail = tailOfSum(FloatVectors.of(1), minusT, sum);
      FloatVector product = minusT.mul(at(v, i));
      FloatVector tailOfProduct = tailOfProduct(minusT, at(v, i), product);
      product.blend(sum, positive).intoArray(into.heads(), i);
      tailOfProduct.blend(tail, positive).intoArray(into.tails(), i);
    }
  }

  private static void addSlope(
      float[] x, FloatWords slope, FloatWords rest, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector logit = at(x, i);
      FloatVector product = at(slope.heads(), i).mul(logit);
      FloatVector tail =
          at(slope.tails(), i).fma(logit, tailOfProduct(at(slope.heads(), i), logit, product));
      FloatVector sum = at(rest.heads(), i).add(product);
      FloatVector left =
          tailOfSum(at(rest.heads(), i), product, sum).add(at(rest.tails(), i).add(tail));
      FloatVector head = headOfRest(sum, left);
      VectorMask<Float> infinite = logit.abs().compare(VectorOperators.EQ, Float.POSITIVE_INFINITY);
      head.blend(Float.NaN, infinite).intoArray(into.heads(), i);
      tailOfRest(sum, left, head).intoArray(into.tails(), i);
    }
  }

  private static void derivative(
      float[] x, FloatWords slope, FloatWords strongSmaller, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      VectorMask<Float> positive = at(x, i).compare(VectorOperators.GE, 0f);
      FloatVector own = at(strongSmaller.heads(), i);
      own = own.blend(own.neg(), positive);
      FloatVector ownTail = at(strongSmaller.tails(), i);
      ownTail = ownTail.blend(ownTail.neg(), positive);
      FloatVector sum = at(slope.heads(), i).add(own);
      FloatVector left =
          tailOfSum(at(slope.heads(), i), own, sum).add(at(slope.tails(), i).add(ownTail));
      FloatVector head = headOfRest(sum, left);
      head.intoArray(into.heads(), i);
      tailOfRest(sum, left, head).intoArray(into.tails(), i);
    }
  }
}
