// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/** The evaluation of a loss with index targets. */
final class LabelEvaluation {
  private final Job job;
  private final Tensor input;
  private final Labels labels;
  private final ClassKernel.Operation operation;

  LabelEvaluation(ClassLoss loss, Job job, Tensor input, Tensor target, SpareLabels spare) {
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
    long firstRow = job.request().firstRow();
    labels = new Labels(target.toHost(), classes, loss.ignoreIndex(), firstRow, spare);
    operation = ClassKernel.operationOf(loss, input, job);
  }

  void run(RowKernels kernels) {
    check(kernels);
    Logits logits = new GivenLogits(input, job.request().inputGradient());
    job.forEachPiece(kernels, piece -> compute(kernels, logits, piece));
    finish();
  }

  /** Checks the labels, which must come before {@link #compute}. */
  void check(RowKernels kernels) {
    @Nullable Tensor weight = operation.weighsMean() ? operation.parameters().weight() : null;
    labels.check(kernels, weight, job.totals());
  }

  /** Computes a piece; may throw {@link DeviceMemoryException} before it is added to the totals. */
  void compute(RowKernels kernels, Logits logits, Piece piece) {
    Tensor part = logits.of(piece);
    Tensor gradientPart = logits.destination(piece, part);
    RowLosses losses = job.losses(piece);
    Tensor correct = job.correct(piece);
    kernels.labels(
        new RowKernels.LabelRows(
            operation.labels(),
            piece.rows(),
            part,
            labels.of(piece),
            operation.parameters(),
            losses,
            correct,
            job.statistics().of(piece),
            job.gradient(gradientPart, piece)));
    logits.take(piece, gradientPart);
    job.add(losses, correct);
  }

  /** Ends the evaluation, after all pieces. */
  void finish() {
    labels.giveBack();
  }
}
