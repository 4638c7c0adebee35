// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectorDoubleWord.headOfRest;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfProduct;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfRest;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfSum;
import static io.github.loss4j.cpu.FloatVectors.at;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** What {@link ElementLosses#bce} computes. */
final class FloatVectorBce {
  private static final int WIDTH = FloatVectors.WIDTH;
  private static final float LEAST_LOG = (float) ElementLosses.LEAST_LOG;
  private static final float LEAST_PRODUCT = (float) ElementLosses.LEAST_PRODUCT;

  private FloatVectorBce() {}

  static void add(FloatVectorStages stages, ElementBlock block) {
    int length = block.length;
    FloatWords log = FloatVectorLogarithm.add(stages, block.x);
    FloatWords logOfRest = addLogarithmOfRest(stages, block.x);
    FloatWords positive = new FloatWords(length);
    FloatWords negative = new FloatWords(length);
    stages.add(() -> positives(log, block.t, positive, length));
    stages.add(() -> negatives(logOfRest, block.t, negative, length));
    stages.add(() -> FloatVectorDoubleWord.plus(negative, positive, block.loss, length));
    if (block.ofInput) {
      addInputDerivative(stages, block);
    }
    if (block.ofTarget) {
      stages.add(() -> differences(logOfRest, log, block.targetDerivative, length));
    }
  }

  /** log(1 - x), which for a small x is that near 1. */
  private static FloatWords addLogarithmOfRest(FloatVectorStages stages, float[] x) {
    int length = x.length;
    float[] rest = new float[length];
    float[] minusX = new float[length];
    stages.add(() -> lessThan1(x, rest, length));
    FloatWords any = FloatVectorLogarithm.add(stages, rest);
    FloatWords near1 = new FloatWords(length);
    stages.add(() -> minus(x, minusX, length));
    stages.add(() -> FloatVectorLogarithm.log1p(minusX, near1, length));
    stages.add(() -> choose(x, near1, any, any, length));
    return any;
  }

  private static void addInputDerivative(FloatVectorStages stages, ElementBlock block) {
    int length = block.length;
    FloatWords product = new FloatWords(length);
    FloatWords difference = new FloatWords(length);
    FloatWords ratio = new FloatWords(length);
    float[] power = new float[length];
    stages.add(() -> products(block.x, product, length));
    stages.add(() -> split(product, product, power, length));
    stages.add(() -> differences(block.x, block.t, difference, length));
    stages.add(() -> FloatVectorDoubleWord.quotients(difference, product, ratio, length));
    stages.add(() -> scaled(difference, ratio, power, block.inputDerivative, length));
  }

  private static void lessThan1(float[] x, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVectors.of(1).sub(at(x, i)).intoArray(into, i);
    }
  }

  private static void minus(float[] x, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      at(x, i).neg().intoArray(into, i);
    }
  }

  /** The first where x &lt; 1/2. */
  private static void choose(
      float[] x, FloatWords first, FloatWords second, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      VectorMask<Float> small = at(x, i).compare(VectorOperators.LT, 0.5f);
      at(second.heads(), i).blend(at(first.heads(), i), small).intoArray(into.heads(), i);
      at(second.tails(), i).blend(at(first.tails(), i), small).intoArray(into.tails(), i);
    }
  }

  /** -t log x. */
  private static void positives(FloatWords log, float[] t, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector head = at(log.heads(), i);
      VectorMask<Float> less = head.compare(VectorOperators.LT, LEAST_LOG);
      head = head.blend(LEAST_LOG, less);
      FloatVector tail = at(log.tails(), i).blend(0, less);
      FloatVector product = head.mul(at(t, i));
      FloatVector tailOfProduct = tail.fma(at(t, i), tailOfProduct(head, at(t, i), product));
      product.neg().intoArray(into.heads(), i);
      tailOfProduct.neg().intoArray(into.tails(), i);
    }
  }

  /** (t - 1) log(1 - x). */
  private static void negatives(FloatWords log, float[] t, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector head = at(log.heads(), i);
      VectorMask<Float> less = head.compare(VectorOperators.LT, LEAST_LOG);
      head = head.blend(LEAST_LOG, less);
      FloatVector tail = at(log.tails(), i).blend(0, less);
      FloatVector factor = at(t, i).sub(1);
      FloatVector tailOfFactor = tailOfSum(at(t, i), FloatVectors.of(-1), factor);
      FloatVector product = factor.mul(head);
      FloatVector rest = tailOfFactor.fma(head, tailOfProduct(factor, head, product));
      product.intoArray(into.heads(), i);
      factor.fma(tail, rest).intoArray(into.tails(), i);
    }
  }

  /** x (1 - x), but at least LEAST_PRODUCT. */
  private static void products(float[] x, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector minusX = at(x, i).neg();
      FloatVector rest = minusX.add(1);
      FloatVector tailOfRest = tailOfSum(FloatVectors.of(1), minusX, rest);
      FloatVector product = rest.mul(at(x, i));
      FloatVector tail = tailOfRest.fma(at(x, i), tailOfProduct(rest, at(x, i), product));
      VectorMask<Float> less = product.compare(VectorOperators.LT, LEAST_PRODUCT);
      product.blend(LEAST_PRODUCT, less).intoArray(into.heads(), i);
      tail.blend(0, less).intoArray(into.tails(), i);
    }
  }

  /** A word's significand in [1, 2) and the power of two that makes it that. */
  private static void split(FloatWords x, FloatWords into, float[] power, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector scale = FloatVectors.powerThatSplits(at(x.heads(), i));
      scale.intoArray(power, i);
      at(x.heads(), i).mul(scale).intoArray(into.heads(), i);
      at(x.tails(), i).mul(scale).intoArray(into.tails(), i);
    }
  }

  /** x - t. */
  private static void differences(float[] x, float[] t, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector minusT = at(t, i).neg();
      FloatVector head = at(x, i).add(minusT);
      head.intoArray(into.heads(), i);
      tailOfSum(at(x, i), minusT, head).intoArray(into.tails(), i);
    }
  }

  /** The ratio times the power, but a 0 that was divided stays as it is. */
  private static void scaled(
      FloatWords x, FloatWords ratio, float[] power, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      VectorMask<Float> zero = at(x.heads(), i).compare(VectorOperators.EQ, 0f);
      FloatVector head = at(ratio.heads(), i).mul(at(power, i));
      FloatVector rest = tailOfProduct(at(ratio.heads(), i), at(power, i), head);
      FloatVector tail = at(ratio.tails(), i).fma(at(power, i), rest);
      head.blend(at(x.heads(), i), zero).intoArray(into.heads(), i);
      tail.blend(at(x.tails(), i), zero).intoArray(into.tails(), i);
    }
  }

  private static void differences(FloatWords a, FloatWords b, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector minusB = at(b.heads(), i).neg();
      FloatVector sum = at(a.heads(), i).add(minusB);
      FloatVector tails = at(a.tails(), i).sub(at(b.tails(), i));
      FloatVector rest = tailOfSum(at(a.heads(), i), minusB, sum).add(tails);
      FloatVector head = headOfRest(sum, rest);
      head.intoArray(into.heads(), i);
      tailOfRest(sum, rest, head).intoArray(into.tails(), i);
    }
  }
}
