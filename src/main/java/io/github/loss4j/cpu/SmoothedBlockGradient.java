// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectors.at;

import io.github.loss4j.host.Smoothing;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The gradient of {@link SmoothedBlocks}. */
final class SmoothedBlockGradient {
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;
  private static final int WIDTH = FloatVectors.WIDTH;

  private final BlockUpstream upstream;
  private final ColumnTransfer destination;
  private final FloatSoftmaxBlock softmax;
  private final SoftmaxColumns columns;
  private final LabelBlock labelled;

  private final FloatWords spread;
  private final float[] weightSum = new float[LENGTH];
  private final FloatVectorStages stages = new FloatVectorStages();

  /**
   * For blocks.
   *
   * @param softmax the block
   * @param columns its logits, which become gradients
   * @param labelled its labels
   * @param targets the logits of the labels
   * @param kept (1 - &epsilon;) times the weights of the labels
   * @param ofClasses the weights of the classes, a column for each
   */
  SmoothedBlockGradient(
      BlockUpstream upstream,
      ColumnTransfer destination,
      Smoothing smoothing,
      FloatSoftmaxBlock softmax,
      SoftmaxColumns columns,
      LabelBlock labelled,
      float[] targets,
      FloatWords kept,
      float[] ofClasses) {
    this.upstream = upstream;
    this.destination = destination;
    this.softmax = softmax;
    this.columns = columns;
    this.labelled = labelled;
    spread = FloatWords.all(new DoubleWord(smoothing.spread(), smoothing.spreadTail()), LENGTH);
    Arrays.fill(weightSum, (float) smoothing.weightSum());
    FloatColumnGradient gradient = new FloatColumnGradient(columns.columns().elements(), softmax);
    addGradients(gradient, kept, ofClasses);
    addAtLabels(gradient.probabilities(), targets, kept);
  }

  private void addGradients(FloatColumnGradient gradient, FloatWords kept, float[] ofClasses) {
    FloatWords push = new FloatWords(LENGTH);
    FloatWords pull = new FloatWords(LENGTH);
    stages.add(() -> FloatVectorDoubleWord.by(spread, weightSum, push, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.plus(kept, push, push, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.by(upstream.words(), push, push, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.by(upstream.words(), spread, pull, LENGTH));
    gradient.addTimesLess(stages, push, pull, ofClasses);
  }

  /** As {@link CrossEntropyRow} has it: the label's own share is taken from 1 first. */
  private void addAtLabels(FloatWords ofElements, float[] targets, FloatWords kept) {
    FloatWords p = new FloatWords(LENGTH);
    FloatWords pull = new FloatWords(LENGTH);
    FloatWords derivative = new FloatWords(LENGTH);
    FloatWords minusWeights = new FloatWords(LENGTH);
    FloatWords zeros = new FloatWords(LENGTH);
    stages.add(() -> gather(ofElements, p));
    addComplements(p, targets, pull);
    stages.add(() -> FloatVectorDoubleWord.by(kept, pull, pull, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.negate(pull, pull, LENGTH));
    stages.add(
        () ->
            FloatVectorDoubleWord.negate(labelled.weights().heads(), minusWeights.heads(), LENGTH));
    stages.add(() -> FloatVectorDoubleWord.by(p, weightSum, derivative, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.plus(derivative, minusWeights, derivative, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.by(spread, derivative, derivative, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.plus(zeros, derivative, derivative, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.plus(derivative, pull, derivative, LENGTH));
    upstream.addAtLabel(stages, kept.heads(), derivative);
  }

  /** What there is of the labels' elements, 0 where a row is ignored. */
  private void gather(FloatWords ofElements, FloatWords ofLabels) {
    int[] labels = labelled.labels();
    for (int i = 0; i < LENGTH; i++) {
      int at = Math.max(labels[i], 0) * LENGTH + i;
      ofLabels.heads()[i] = ofElements.heads()[at];
      ofLabels.tails()[i] = ofElements.tails()[at];
    }
  }

  /** 1 - p of the labels: what others and ties leave where the label is the reference. */
  private void addComplements(FloatWords p, float[] targets, FloatWords complements) {
    FloatWords ones = FloatWords.all(DoubleWord.of(1), LENGTH);
    FloatWords minusP = new FloatWords(LENGTH);
    FloatWords ofReferences = new FloatWords(LENGTH);
    stages.add(() -> FloatVectorDoubleWord.negate(p, minusP, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.plus(ones, minusP, complements, LENGTH));
    softmax.addComplements(stages, columns.columns().ties(), ofReferences);
    stages.add(() -> choose(targets, ofReferences, complements));
  }

  private void choose(float[] targets, FloatWords ofReferences, FloatWords complements) {
    for (int i = 0; i < LENGTH; i += WIDTH) {
      VectorMask<Float> tied =
          at(targets, i).compare(VectorOperators.EQ, at(softmax.references(), i));
      FloatVector head = at(complements.heads(), i).blend(at(ofReferences.heads(), i), tied);
      FloatVector tail = at(complements.tails(), i).blend(at(ofReferences.tails(), i), tied);
      head.intoArray(complements.heads(), i);
      tail.intoArray(complements.tails(), i);
    }
  }

  /**
   * Writes the gradients of a block's rows.
   *
   * @param ordinary the rows to be written
   */
  void write(long first, int count, boolean[] ordinary) {
    upstream.read(first, count);
    softmax.computeShares();
    stages.run();
    float[] gradients = columns.columns().elements();
    upstream.mark(gradients, count, labelled.labels(), ordinary);
    columns.clearIgnored(count);
    destination.write(first, count, gradients, ordinary);
  }
}
