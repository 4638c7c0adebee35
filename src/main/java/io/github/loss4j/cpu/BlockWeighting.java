// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * What makes losses of the NLLs of a block's rows: cross-entropy weighs them. Its gradient is that
 * of {@link CrossEntropyRow}.
 */
class BlockWeighting {
  final FloatSoftmaxBlock softmax;

  /** The labels' weights. */
  final FloatWords weights;

  private final int[] ties;

  /** 1 - p of the labels. */
  final FloatWords rest;

  /** By which a row's loss changes with the logit of its label. */
  final FloatWords derivative;

  final FloatWords zeros;

  /**
   * For blocks.
   *
   * @param softmax the block, seen from its labels
   * @param ties how many elements equal them
   */
  BlockWeighting(FloatSoftmaxBlock softmax, LabelBlock labelled, int[] ties) {
    this.softmax = softmax;
    this.ties = ties;
    weights = labelled.weights();
    int lanes = softmax.length();
    rest = new FloatWords(lanes);
    derivative = new FloatWords(lanes);
    zeros = new FloatWords(lanes);
  }

  /** What the NLLs are multiplied by. */
  FloatWords factors() {
    return weights;
  }

  /** Adds what computes it, after the NLLs. */
  void addFactors(FloatVectorStages stages) {}

  /**
   * What the gradients are p times of, but at the labels and before they are multiplied by what is
   * upstream.
   */
  FloatWords steepness() {
    return weights;
  }

  /** Adds what computes it, and the derivatives at the labels, after the factors. */
  void addDerivatives(FloatVectorStages stages) {
    addRest(stages);
    stages.add(() -> FloatVectorDoubleWord.by(weights, rest, derivative, softmax.length()));
    addNegation(stages);
  }

  /** The label's own share is taken from 1 first, so that a confident row keeps its digits. */
  final void addRest(FloatVectorStages stages) {
    stages.add(softmax::computeShares);
    softmax.addComplements(stages, ties, rest);
  }

  /** Takes the derivatives from 0, so that those of certain rows are 0, not -0. */
  final void addNegation(FloatVectorStages stages) {
    stages.add(() -> FloatVectorDoubleWord.negate(derivative, derivative, softmax.length()));
    stages.add(() -> FloatVectorDoubleWord.plus(zeros, derivative, derivative, softmax.length()));
  }
}
