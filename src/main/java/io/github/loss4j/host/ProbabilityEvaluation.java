// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.util.Arrays;

/** The evaluation of a loss with target probabilities. */
final class ProbabilityEvaluation {
  private final Job job;
  private final Tensor input;
  private final Tensor target;
  private final ClassKernel.OfProbabilities kernel;
  private final RowParameters parameters;

  ProbabilityEvaluation(ClassLoss loss, Job job, Tensor input, Tensor target) {
    this.job = job;
    this.input = input;
    this.target = target;
    ClassKernel.Operation operation = ClassKernel.operationOf(loss, input, job);
    if (operation.probabilities() == null) {
      throw new InvalidInputException(
          "the target must be labels of an integer type, but is " + target);
    }
    kernel = operation.probabilities();
    parameters = operation.parameters();
    if (!Arrays.equals(input.shape(), target.shape())) {
      throw new InvalidInputException(
          "the target %s is neither labels, which are integers, nor probabilities, which have the shape of the input %s"
              .formatted(target, input));
    }
    if (loss.ignoreIndex() >= 0) {
      throw new InvalidInputException(
          "ignoreIndex %d has no meaning for target probabilities".formatted(loss.ignoreIndex()));
    }
    if (job.request().accuracy()) {
      throw new InvalidInputException("accuracy needs labels, but the target is " + target);
    }
    job.statistics().requireNoLabels(target);
    if (!job.statistics().isEmpty()) {
      job.requireClasses();
    }
    checkDestinations();
  }

  private void checkDestinations() {
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
    RowLosses losses = job.losses(piece);
    kernels.probabilities(
        new RowKernels.ProbabilityRows(
            kernel,
            piece.rows(),
            logits,
            probabilities,
            parameters,
            losses,
            job.statistics().of(piece),
            job.gradient(toInput, piece),
            job.gradient(toTarget, piece)));
    piece.putBack(toInput, gradient);
    piece.putBack(toTarget, targetGradient);
    job.add(losses, null);
  }
}
