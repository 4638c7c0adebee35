// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.ExactSum;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/** The evaluation of a loss with index targets. */
final class LabelEvaluation {
  private final ClassLoss loss;
  private final Job job;
  private final Tensor input;
  private final Labels labels;
  private final @Nullable Tensor weight;
  private final double weightSum;

  LabelEvaluation(ClassLoss loss, Job job, Tensor input, Tensor target) {
    this.loss = loss;
    this.job = job;
    this.input = input;
    int classes = job.rows().classes();
    if (!target.dtype().isInteger()) {
      throw new InvalidInputException(
          "the target must be labels of an integer type, but is " + target);
    }
    if (job.request().targetGradient() != null) {
      throw new InvalidInputException("labels have no gradient; only target probabilities have");
    }
    Checks.shape("target", target, ClassLoss.rowShape(input));
    Checks.apart("input gradient", job.request().inputGradient(), target);
    job.requireClasses();
    labels = new Labels(target, classes, loss.ignoreIndex(), job.request().firstRow());
    weight = ClassWeights.of(loss, input, job);
    weightSum = sum(weight, classes);
  }

  void run(RowKernels kernels) {
    check();
    Logits logits = new GivenLogits(input, job.request().inputGradient());
    job.forEachPiece(kernels, piece -> compute(kernels, logits, piece));
  }

  /** Checks the labels, which must come before {@link #compute}. */
  void check() {
    labels.check(ClassWeights.inMean(loss, weight), job.totals());
  }

  /** Computes a piece; may throw {@link DeviceMemoryException} before it is added to the totals. */
  void compute(RowKernels kernels, Logits logits, Piece piece) {
    Tensor part = logits.of(piece);
    Tensor gradientPart = logits.destination(piece, part);
    RowKernels.Gradient gradient = job.gradient(gradientPart, piece);
    Tensor losses = job.losses(piece);
    Tensor correct = job.correct(piece);
    Rows rows = piece.rows();
    Tensor classes = labels.of(piece);
    switch (loss) {
      case CrossEntropyLoss crossEntropy ->
          kernels.crossEntropy(
              new RowKernels.CrossEntropy(
                  rows,
                  part,
                  classes,
                  weight,
                  weightSum,
                  crossEntropy.labelSmoothing(),
                  losses,
                  correct,
                  gradient));
      case NLLLoss _ ->
          kernels.nll(new RowKernels.Nll(rows, part, classes, weight, losses, correct, gradient));
      case SoftmaxFocalLoss focal ->
          kernels.softmaxFocal(
              new RowKernels.SoftmaxFocal(
                  rows, part, classes, weight, focal.gamma(), losses, correct, gradient));
    }
    logits.take(piece, gradientPart);
    job.add(losses, correct);
  }

  private static double sum(@Nullable Tensor weight, int classes) {
    if (weight == null) {
      return classes;
    }
    ExactSum sum = new ExactSum();
    for (int c = 0; c < classes; c++) {
      sum.add(weight.getDouble(c));
    }
    return sum.value();
  }
}
