// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/** The evaluation of cross-entropy with target probabilities. */
final class ProbabilityEvaluation {
  private final CrossEntropyLoss loss;
  private final Job job;
  private final Tensor input;
  private final Tensor target;
  private final @Nullable Tensor weight;

  ProbabilityEvaluation(CrossEntropyLoss loss, Job job, Tensor input, Tensor target) {
    this.loss = loss;
    this.job = job;
    this.input = input;
    this.target = target;
    if (loss.ignoreIndex() >= 0) {
      throw new InvalidInputException(
          "ignoreIndex %d has no meaning for target probabilities".formatted(loss.ignoreIndex()));
    }
    if (job.request().accuracy()) {
      throw new InvalidInputException("accuracy needs labels, but the target is " + target);
    }
    weight = Checks.weight(loss.weight(), input, job);
    Tensor gradient = job.request().inputGradient();
    Checks.apart("input gradient", gradient, target);
    Tensor targetGradient = job.request().targetGradient();
    if (targetGradient != null) {
      Checks.destination("target gradient", targetGradient, target, target.dtype());
      Checks.apart("target gradient", targetGradient, input);
      Checks.apart("target gradient", targetGradient, gradient);
    }
  }

  void run(RowKernels kernels) {
    // PyTorch: the mean over rows without classes is a mean over nothing.
    job.totals().addWeight(1, job.rows().classes() == 0 ? 0 : job.rows().count());
    job.forEachPiece(kernels, piece -> compute(kernels, piece));
  }

  private void compute(RowKernels kernels, Piece piece) {
    Tensor gradient = job.request().inputGradient();
    Tensor targetGradient = job.request().targetGradient();
    Tensor logits = piece.elements(input);
    Tensor probabilities = piece.elements(target);
    Tensor toInput = piece.destinationOrNull(gradient, input, logits);
    Tensor toTarget = piece.destinationOrNull(targetGradient, target, probabilities);
    Tensor losses = job.losses(piece);
    kernels.crossEntropyProbabilities(
        new RowKernels.CrossEntropyProbabilities(
            piece.rows(),
            logits,
            probabilities,
            weight,
            loss.labelSmoothing(),
            losses,
            job.gradient(toInput, piece),
            job.gradient(toTarget, piece)));
    piece.putBack(toInput, gradient);
    piece.putBack(toTarget, targetGradient);
    job.add(losses, null);
  }
}
