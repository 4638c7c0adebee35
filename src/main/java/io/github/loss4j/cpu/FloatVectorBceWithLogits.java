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

/** What {@link ElementLosses#bceWithLogits} computes. */
final class FloatVectorBceWithLogits {
  private static final int WIDTH = FloatVectors.WIDTH;

  private final FloatVectorStages stages;
  private final int length;
  private final boolean factors;
  private final FloatWords strength;

  /** Adds its stages; without factors of the positive answer the strength is 1. */
  FloatVectorBceWithLogits(FloatVectorStages stages, ElementBlock block, boolean factors) {
    this.stages = stages;
    this.factors = factors;
    length = block.length;
    strength = new FloatWords(length);
    FloatVectorLogistic logistic = new FloatVectorLogistic(stages, block.x, block.ofInput);
    if (factors) {
      stages.add(() -> strengths(block.t, block.factor, strength, length));
    }
    logistic.addCrossEntropy(block.t, block.factor, strong(logistic.rest()), block.loss);
    if (block.ofInput) {
      logistic.addDerivative(strong(logistic.smaller()), block.inputDerivative);
    }
    if (block.ofTarget) {
      addTargetDerivative(block, logistic.rest());
    }
  }

  private FloatWords strong(FloatWords words) {
    if (!factors) {
      return words;
    }
    FloatWords strong = new FloatWords(length);
    stages.add(() -> FloatVectorDoubleWord.by(strength, words, strong, length));
    return strong;
  }

  /** 1 + (v-1) t. */
  private static void strengths(float[] t, float[] v, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector less = at(v, i).sub(1);
      FloatVector tailOfLess = tailOfSum(at(v, i), FloatVectors.of(-1), less);
      FloatVector product = less.mul(at(t, i));
      FloatVector tail = tailOfLess.fma(at(t, i), tailOfProduct(less, at(t, i), product));
      FloatVector sum = product.add(1);
      FloatVector rest = tailOfSum(product, FloatVectors.of(1), sum).add(tail);
      FloatVector head = headOfRest(sum, rest);
      VectorMask<Float> single = at(v, i).compare(VectorOperators.EQ, 1f);
      head.blend(1, single).intoArray(into.heads(), i);
      tailOfRest(sum, rest, head).blend(0, single).intoArray(into.tails(), i);
    }
  }

  private void addTargetDerivative(ElementBlock block, FloatWords rest) {
    FloatWords into = block.targetDerivative;
    if (!factors) {
      stages.add(() -> negatives(block.x, into.heads(), length));
      return;
    }
    FloatWords softplus = new FloatWords(length);
    stages.add(() -> softplus(block.x, rest, softplus, length));
    stages.add(() -> targetDerivatives(block.x, block.factor, softplus, into, length));
  }

  private static void negatives(float[] x, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      at(x, i).neg().intoArray(into, i);
    }
  }

  /** max(-x, 0) + rest. */
  private static void softplus(float[] x, FloatWords rest, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector minusX = at(x, i).neg();
      FloatVector larger = FloatVectors.of(0).blend(minusX, minusX.compare(VectorOperators.GT, 0f));
      FloatVector sum = larger.add(at(rest.heads(), i));
      FloatVector left = tailOfSum(larger, at(rest.heads(), i), sum).add(at(rest.tails(), i));
      FloatVector head = headOfRest(sum, left);
      head.intoArray(into.heads(), i);
      tailOfRest(sum, left, head).intoArray(into.tails(), i);
    }
  }

  /** (v-1) softplus - x. */
  private static void targetDerivatives(
      float[] x, float[] v, FloatWords softplus, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector less = at(v, i).sub(1);
      FloatVector tailOfLess = tailOfSum(at(v, i), FloatVectors.of(-1), less);
      FloatVector plus = at(softplus.heads(), i);
      FloatVector product = less.mul(plus);
      FloatVector ofTails = tailOfLess.fma(plus, tailOfProduct(less, plus, product));
      FloatVector tail = less.fma(at(softplus.tails(), i), ofTails);
      FloatVector minusX = at(x, i).neg();
      FloatVector sum = product.add(minusX);
      FloatVector rest = tailOfSum(product, minusX, sum).add(tail);
      FloatVector head = headOfRest(sum, rest);
      VectorMask<Float> single = at(v, i).compare(VectorOperators.EQ, 1f);
      head.blend(minusX, single).intoArray(into.heads(), i);
      tailOfRest(sum, rest, head).blend(0, single).intoArray(into.tails(), i);
    }
  }
}
