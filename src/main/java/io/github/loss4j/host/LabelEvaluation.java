// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.ExactSum;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/** The evaluation of a loss with index targets. */
final class LabelEvaluation {
  /** The one thing that differs between the losses. */
  @FunctionalInterface
  private interface Kernel {
    void run(
        RowKernels kernels,
        Rows rows,
        Tensor input,
        Tensor labels,
        Tensor losses,
        @Nullable Tensor correct,
        RowKernels.@Nullable Gradient gradient);
  }

  private final Job job;
  private final Tensor input;
  private final Labels labels;
  private final @Nullable Tensor weight;
  private final Kernel kernel;

  private LabelEvaluation(
      Job job, Tensor input, Labels labels, @Nullable Tensor weight, Kernel kernel) {
    this.job = job;
    this.input = input;
    this.labels = labels;
    this.weight = weight;
    this.kernel = kernel;
  }

  static LabelEvaluation of(CrossEntropyLoss loss, Job job, Tensor input, Tensor target) {
    Tensor weight = Checks.weight(loss.weight(), input, job.rows().classes(), job.arithmetic());
    double weightSum = sum(weight, job.rows().classes());
    return new LabelEvaluation(
        job,
        input,
        labels(job, target, loss.ignoreIndex()),
        weight,
        (kernels, rows, logits, labels, losses, correct, gradient) ->
            kernels.crossEntropy(
                new RowKernels.CrossEntropy(
                    rows,
                    logits,
                    labels,
                    weight,
                    weightSum,
                    loss.labelSmoothing(),
                    losses,
                    correct,
                    gradient)));
  }

  static LabelEvaluation of(NLLLoss loss, Job job, Tensor input, Tensor target) {
    Tensor weight = Checks.weight(loss.weight(), input, job.rows().classes(), job.arithmetic());
    return new LabelEvaluation(
        job,
        input,
        labels(job, target, loss.ignoreIndex()),
        weight,
        (kernels, rows, logProbabilities, labels, losses, correct, gradient) ->
            kernels.nll(
                new RowKernels.Nll(
                    rows, logProbabilities, labels, weight, losses, correct, gradient)));
  }

  void run(RowKernels kernels) {
    labels.check(weight, job.request().firstRow(), job.totals());
    Tensor destination = job.request().inputGradient();
    Pieces.forEach(
        job.rows(),
        kernels.maxInputBytes(),
        job.arithmetic().bytes(),
        piece -> {
          Tensor logits = piece.elements(input);
          Tensor gradient = piece.destinationOrNull(destination, input, logits);
          Tensor losses = job.losses(piece);
          Tensor correct = job.correct(piece);
          kernel.run(
              kernels,
              piece.rows(),
              logits,
              labels.of(piece),
              losses,
              correct,
              job.gradient(gradient, piece));
          piece.putBack(gradient, destination);
          job.add(losses, correct);
        });
  }

  private static Labels labels(Job job, Tensor target, long ignoreIndex) {
    if (!target.dtype().isInteger()) {
      throw new InvalidInputException(
          "the target must be labels of an integer type, but is " + target);
    }
    if (job.request().targetGradient() != null) {
      throw new InvalidInputException("labels have no gradient; only target probabilities have");
    }
    Checks.shape("target", target, job.rowShape());
    Tensor destination = job.request().inputGradient();
    if (destination != null) {
      Checks.separate("input gradient", destination, target);
    }
    job.requireClasses();
    return new Labels(target, job.rows().classes(), ignoreIndex);
  }

  private static double sum(@Nullable Tensor weight, int classes) {
    if (weight == null) {
      return classes;
    }
    ExactSum sum = new ExactSum();
    for (int c = 0; c < classes; c++) {
      sum.add(weight.getDouble(c));
    }
    return weight.dtype() == DType.F32 ? (float) sum.value() : sum.value();
  }
}
