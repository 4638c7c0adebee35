// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/** The evaluation of a loss with target probabilities. */
final class ProbabilityEvaluation {
  private final ClassLoss loss;
  private final Job job;
  private final Tensor input;
  private final Tensor target;
  private final @Nullable Tensor weight;

  ProbabilityEvaluation(ClassLoss loss, Job job, Tensor input, Tensor target) {
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
    weight = ClassWeights.of(loss, input, job);
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
    RowKernels.Gradient inputGradient = job.gradient(toInput, piece);
    RowKernels.Gradient probabilityGradient = job.gradient(toTarget, piece);
    switch (loss) {
      case CrossEntropyLoss crossEntropy ->
          kernels.crossEntropyProbabilities(
              new RowKernels.CrossEntropyProbabilities(
                  piece.rows(),
                  logits,
                  probabilities,
                  weight,
                  crossEntropy.labelSmoothing(),
                  losses,
                  inputGradient,
                  probabilityGradient));
      case SoftmaxFocalLoss focal ->
          kernels.softmaxFocalProbabilities(
              new RowKernels.SoftmaxFocalProbabilities(
                  piece.rows(),
                  logits,
                  probabilities,
                  weight,
                  focal.gamma(),
                  losses,
                  inputGradient,
                  probabilityGradient));
      case NLLLoss nll -> throw new IllegalArgumentException(nll + " takes labels");
    }
    piece.putBack(toInput, gradient);
    piece.putBack(toTarget, targetGradient);
    job.add(losses, null);
  }
}
