// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfProduct;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfSum;
import static io.github.loss4j.cpu.FloatVectors.at;

import jdk.incubator.vector.FloatVector;

/** What {@link ElementLosses#klDivLogTarget} computes. */
final class FloatVectorKlDivLogTarget {
  private static final int WIDTH = FloatVectors.WIDTH;

  private FloatVectorKlDivLogTarget() {}

  static void add(FloatVectorStages stages, ElementBlock block) {
    int length = block.length;
    FloatWords p = FloatVectorPower.addExponential(stages, block.t);
    stages.add(() -> losses(p, block.t, block.x, block.loss, length));
    if (block.ofInput) {
      stages.add(() -> negatives(p, block.inputDerivative, length));
    }
    if (block.ofTarget) {
      stages.add(() -> FloatVectorDoubleWord.plus(block.loss, p, block.targetDerivative, length));
    }
  }

  /** p (t - x). */
  private static void losses(FloatWords p, float[] t, float[] x, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector minusX = at(x, i).neg();
      FloatVector difference = at(t, i).add(minusX);
      FloatVector tailOfDifference = tailOfSum(at(t, i), minusX, difference);
      FloatVector probability = at(p.heads(), i);
      FloatVector head = probability.mul(difference);
      FloatVector rest =
          at(p.tails(), i).fma(difference, tailOfProduct(probability, difference, head));
      head.intoArray(into.heads(), i);
      probability.fma(tailOfDifference, rest).intoArray(into.tails(), i);
    }
  }

  private static void negatives(FloatWords a, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      at(a.heads(), i).neg().intoArray(into.heads(), i);
      at(a.tails(), i).neg().intoArray(into.tails(), i);
    }
  }
}
