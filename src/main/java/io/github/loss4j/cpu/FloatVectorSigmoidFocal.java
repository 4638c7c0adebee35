// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfSum;
import static io.github.loss4j.cpu.FloatVectors.at;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** What {@link ElementLosses#sigmoidFocal} computes. */
final class FloatVectorSigmoidFocal {
  private static final int WIDTH = FloatVectors.WIDTH;

  private final FloatVectorStages stages;
  private final ElementBlock block;
  private final int length;
  private final double alpha;
  private final float gamma;
  private final FloatVectorLogistic logistic;
  private final FloatWords p;
  private final FloatWords q;
  private final FloatWords negative;
  private final FloatWords wrong;
  private final FloatWords focus;
  private final FloatWords balance;
  private final FloatWords entropy;

  /** Adds its stages. */
  FloatVectorSigmoidFocal(
      FloatVectorStages stages, ElementBlock block, double alpha, double gamma) {
    this.stages = stages;
    this.block = block;
    this.alpha = alpha;
    this.gamma = (float) gamma;
    length = block.length;
    p = new FloatWords(length);
    q = new FloatWords(length);
    negative = new FloatWords(length);
    entropy = new FloatWords(length);
    logistic = new FloatVectorLogistic(stages, block.x, true);
    stages.add(() -> choose(block.x, logistic.larger(), logistic.smaller(), p, length));
    stages.add(() -> choose(block.x, logistic.smaller(), logistic.larger(), q, length));
    stages.add(() -> lessThan1(block.t, negative, length));
    wrong = sum(product(p, negative), product(q, block.t));
    focus = FloatVectorPower.add(stages, wrong, this.gamma);
    balance =
        alpha < 0
            ? FloatWords.all(DoubleWord.of(1), length)
            : sum(product(all(restOfAlpha()), negative), product(all(alpha), block.t));
    logistic.addCrossEntropy(block.t, block.factor, logistic.rest(), entropy);
    FloatWords loss = product(entropy, focus);
    balanced(loss, block.loss);
    if (block.ofInput) {
      addInputDerivative();
    }
    if (block.ofTarget) {
      addTargetDerivative(loss);
    }
  }

  /** 1 - alpha. */
  private DoubleWord restOfAlpha() {
    return DoubleWord.sumOf(1, -alpha, FloatArithmetic.INSTANCE);
  }

  private FloatWords all(double number) {
    return all(DoubleWord.of(number));
  }

  private FloatWords all(DoubleWord word) {
    return FloatWords.all(word, length);
  }

  private FloatWords sum(FloatWords a, FloatWords b) {
    FloatWords sum = new FloatWords(length);
    stages.add(() -> FloatVectorDoubleWord.plus(a, b, sum, length));
    return sum;
  }

  private FloatWords product(FloatWords a, float[] b) {
    FloatWords product = new FloatWords(length);
    stages.add(() -> FloatVectorDoubleWord.by(a, b, product, length));
    return product;
  }

  private FloatWords product(FloatWords a, FloatWords b) {
    FloatWords product = new FloatWords(length);
    stages.add(() -> FloatVectorDoubleWord.by(a, b, product, length));
    return product;
  }

  private void balanced(FloatWords words, FloatWords into) {
    stages.add(() -> FloatVectorDoubleWord.by(balance, words, into, length));
  }

  private void addInputDerivative() {
    FloatWords derivative = new FloatWords(length);
    logistic.addDerivative(logistic.smaller(), derivative);
    FloatWords pull =
        gamma == 0 ? all(0) : product(product(entropy, logSlope()), all(gamma).heads());
    balanced(product(focus, sum(derivative, pull)), block.inputDerivative);
  }

  /** The derivative of the logarithm of what is wrong; for a binary target it needs no division. */
  private FloatWords logSlope() {
    FloatWords slope = new FloatWords(length);
    FloatVectorStages division = new FloatVectorStages();
    addDivision(division, slope);
    stages.add(
        () -> {
          if (isAnyBetween(block.t, length)) {
            division.run();
          }
        });
    stages.add(() -> ofBinary(block.t, q.heads(), p.heads(), slope.heads(), length));
    stages.add(() -> ofBinary(block.t, q.tails(), p.tails(), slope.tails(), length));
    return slope;
  }

  /** p q (1 - 2 t) over what is wrong. */
  private void addDivision(FloatVectorStages division, FloatWords into) {
    FloatWords sign = new FloatWords(length);
    FloatWords slope = new FloatWords(length);
    division.add(() -> negatives(block.t, sign.heads(), length));
    division.add(() -> Arrays.fill(sign.tails(), 0));
    division.add(() -> FloatVectorDoubleWord.plus(negative, sign, sign, length));
    division.add(() -> FloatVectorDoubleWord.by(p, q, slope, length));
    division.add(() -> FloatVectorDoubleWord.by(slope, sign, slope, length));
    FloatVectorQuotient.add(division, slope, wrong, into);
  }

  private void addTargetDerivative(FloatWords loss) {
    FloatWords steepness =
        gamma == 0
            ? all(0)
            : product(FloatVectorPower.add(stages, wrong, gamma - 1), all(gamma).heads());
    FloatWords minusP = new FloatWords(length);
    stages.add(() -> negatives(p.heads(), minusP.heads(), length));
    stages.add(() -> negatives(p.tails(), minusP.tails(), length));
    FloatWords ofFocus = product(steepness, sum(q, minusP));
    float[] minusX = new float[length];
    stages.add(() -> negatives(block.x, minusX, length));
    FloatWords ofProduct = sum(product(entropy, ofFocus), product(focus, minusX));
    balanced(ofProduct, ofProduct);
    FloatWords ofBalance = alpha < 0 ? all(0) : product(all(excessOfAlpha()), loss);
    stages.add(
        () -> FloatVectorDoubleWord.plus(ofProduct, ofBalance, block.targetDerivative, length));
  }

  /** Alpha less 1 - alpha. */
  private DoubleWord excessOfAlpha() {
    return DoubleWord.of(alpha).plus(restOfAlpha().negated(), FloatArithmetic.INSTANCE);
  }

  /** The first where x &ge; 0, else the second. */
  private static void choose(
      float[] x, FloatWords first, FloatWords second, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      VectorMask<Float> positive = at(x, i).compare(VectorOperators.GE, 0f);
      at(second.heads(), i).blend(at(first.heads(), i), positive).intoArray(into.heads(), i);
      at(second.tails(), i).blend(at(first.tails(), i), positive).intoArray(into.tails(), i);
    }
  }

  private static void lessThan1(float[] t, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector minusT = at(t, i).neg();
      FloatVector head = minusT.add(1);
      head.intoArray(into.heads(), i);
      tailOfSum(FloatVectors.of(1), minusT, head).intoArray(into.tails(), i);
    }
  }

  private static void negatives(float[] x, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      at(x, i).neg().intoArray(into, i);
    }
  }

  /** Whether a target is neither 0 nor 1. */
  private static boolean isAnyBetween(float[] t, int length) {
    FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector target = at(t, i);
      sum = target.mul(target.sub(1)).abs().add(sum);
    }
    return sum.reduceLanes(VectorOperators.ADD) != 0;
  }

  /** The slope is q for a target of 0, -p for one of 1. */
  private static void ofBinary(float[] t, float[] q, float[] p, float[] slopes, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      VectorMask<Float> zero = at(t, i).compare(VectorOperators.EQ, 0f);
      VectorMask<Float> one = at(t, i).compare(VectorOperators.EQ, 1f);
      at(slopes, i).blend(at(q, i), zero).blend(at(p, i).neg(), one).intoArray(slopes, i);
    }
  }
}
