// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectors.at;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** That of focal loss: what {@link SoftmaxFocalRow} does with {@link Focus}. */
final class FocusedWeighting extends BlockWeighting {
  private static final int WIDTH = FloatVectors.WIDTH;

  private final float gamma;
  private final FloatWords focused;
  private final FloatWords steepness;

  /** For blocks, as {@link BlockWeighting} has it; the weights are alpha. */
  FocusedWeighting(FloatSoftmaxBlock softmax, LabelBlock labelled, int[] ties, double gamma) {
    super(softmax, labelled, ties);
    this.gamma = (float) gamma;
    focused = new FloatWords(softmax.length());
    steepness = new FloatWords(softmax.length());
  }

  @Override
  FloatWords factors() {
    return focused;
  }

  @Override
  void addFactors(FloatVectorStages stages) {
    addRest(stages);
    FloatWords focus = FloatVectorPower.add(stages, rest, gamma);
    stages.add(() -> FloatVectorDoubleWord.by(focus, weights.heads(), focused, softmax.length()));
  }

  @Override
  FloatWords steepness() {
    return steepness;
  }

  @Override
  void addDerivatives(FloatVectorStages stages) {
    int lanes = focused.heads().length;
    FloatWords pull = new FloatWords(lanes);
    FloatWords ones = FloatWords.all(DoubleWord.of(1), lanes);
    float[] gammas = FloatWords.all(DoubleWord.of(gamma), lanes).heads();
    stages.add(
        () -> FloatVectorDoubleWord.by(softmax.ofTies(), softmax.nll(), pull, softmax.length()));
    stages.add(() -> FloatVectorDoubleWord.by(pull, gammas, pull, softmax.length()));
    stages.add(() -> replace(softmax.ofTies(), 0, pull, softmax.length()));
    FloatVectorQuotient.add(stages, pull, rest, steepness);
    stages.add(() -> replace(rest, gamma, steepness, softmax.length()));
    stages.add(() -> FloatVectorDoubleWord.plus(ones, steepness, steepness, softmax.length()));
    stages.add(() -> FloatVectorDoubleWord.by(focused, steepness, steepness, softmax.length()));
    stages.add(() -> FloatVectorDoubleWord.plus(rest, pull, derivative, softmax.length()));
    stages.add(() -> FloatVectorDoubleWord.by(focused, derivative, derivative, softmax.length()));
    addNegation(stages);
  }

  /** Where words are 0 the others become a number. */
  private static void replace(FloatWords zeros, float number, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      VectorMask<Float> none = at(zeros.heads(), i).compare(VectorOperators.EQ, 0f);
      FloatVector head = at(into.heads(), i).blend(number, none);
      FloatVector tail = at(into.tails(), i).blend(0f, none);
      head.intoArray(into.heads(), i);
      tail.intoArray(into.tails(), i);
    }
  }
}
