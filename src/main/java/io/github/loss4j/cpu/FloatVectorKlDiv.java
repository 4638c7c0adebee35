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

/** What {@link ElementLosses#klDiv} computes. */
final class FloatVectorKlDiv {
  private static final int WIDTH = FloatVectors.WIDTH;

  private FloatVectorKlDiv() {}

  static void add(FloatVectorStages stages, ElementBlock block) {
    int length = block.length;
    FloatWords log = FloatVectorLogarithm.add(stages, block.t);
    stages.add(() -> differences(log, block.x, log, length));
    stages.add(() -> losses(log, block.x, block.t, block.loss, length));
    if (block.ofInput) {
      stages.add(() -> inputDerivatives(block.t, block.inputDerivative.heads(), length));
    }
    if (block.ofTarget) {
      stages.add(() -> targetDerivatives(log, block.t, block.targetDerivative, length));
    }
  }

  /** log t - x. */
  private static void differences(FloatWords log, float[] x, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector minusX = at(x, i).neg();
      FloatVector sum = at(log.heads(), i).add(minusX);
      FloatVector rest = tailOfSum(at(log.heads(), i), minusX, sum).add(at(log.tails(), i));
      FloatVector head = headOfRest(sum, rest);
      head.intoArray(into.heads(), i);
      tailOfRest(sum, rest, head).intoArray(into.tails(), i);
    }
  }

  private static void losses(
      FloatWords difference, float[] x, float[] t, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector target = at(t, i);
      FloatVector head = at(difference.heads(), i).mul(target);
      FloatVector rest = tailOfProduct(at(difference.heads(), i), target, head);
      FloatVector tail = at(difference.tails(), i).fma(target, rest);
      VectorMask<Float> zero = target.compare(VectorOperators.EQ, 0f);
      FloatVector ofZero = target.neg().fma(at(x, i), FloatVectors.of(0));
      head.blend(ofZero, zero).intoArray(into.heads(), i);
      tail.blend(0, zero).intoArray(into.tails(), i);
    }
  }

  private static void inputDerivatives(float[] t, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      at(t, i).neg().intoArray(into, i);
    }
  }

  private static void targetDerivatives(
      FloatWords difference, float[] t, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector sum = at(difference.heads(), i).add(1);
      FloatVector rest =
          tailOfSum(at(difference.heads(), i), FloatVectors.of(1), sum)
              .add(at(difference.tails(), i));
      FloatVector head = headOfRest(sum, rest);
      VectorMask<Float> zero = at(t, i).compare(VectorOperators.EQ, 0f);
      head.blend(Float.NaN, zero).intoArray(into.heads(), i);
      tailOfRest(sum, rest, head).intoArray(into.tails(), i);
    }
  }
}
