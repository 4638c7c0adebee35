// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.BCELoss;
import io.github.loss4j.DType;
import io.github.loss4j.ElementLoss;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.KLDivLoss;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The evaluation of a loss that is computed element by element: its rows have one element each. */
final class ElementEvaluation {
  private final ElementKernel.Operation operation;
  private final Job job;
  private final Tensor input;
  private final Tensor target;
  private final Broadcast inputRepeats;
  private final Broadcast targetRepeats;
  private final RowKernels.@Nullable Operand weight;
  private final RowKernels.@Nullable Operand factor;

  ElementEvaluation(
      ElementLoss loss, Tensor input, Tensor target, DType arithmetic, Request request) {
    this.input = input;
    this.target = target;
    operation = ElementKernel.operationOf(loss);
    Checks.floating("target", target);
    long[] shape = input.shape();
    if (loss instanceof KLDivLoss) {
      shape = Broadcast.shape("input", input, "target", target);
    } else {
      Checks.shape("target", target, shape);
    }
    if (request.accuracy()) {
      throw new InvalidInputException("accuracy needs labels, but the target is " + target);
    }
    inputRepeats = Broadcast.of("input", input, shape);
    targetRepeats = Broadcast.of("target", target, shape);
    weight = operand("weight", operation.weight(), shape, arithmetic, request);
    factor = operand("posWeight", operation.factor(), shape, arithmetic, request);
    checkDestinations(request);
    long size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    job = new Job(input, new Rows(size, 1, 1), shape, arithmetic, loss, request);
    job.totals().addWeight(1, loss.reduction() == Reduction.BATCHMEAN ? batch(input) : size);
    if (loss instanceof BCELoss) {
      Checks.type("target", target, input.dtype().arithmetic(), input.dtype());
    }
  }

  private void checkDestinations(Request request) {
    Tensor gradient = request.inputGradient();
    Tensor targetGradient = request.targetGradient();
    Checks.apart("input gradient", gradient, target);
    if (targetGradient != null) {
      Checks.destination("target gradient", targetGradient, target, target.dtype());
      Checks.apart("target gradient", targetGradient, input);
      Checks.apart("target gradient", targetGradient, gradient);
    }
  }

  private static RowKernels.@Nullable Operand operand(
      String name, @Nullable Tensor tensor, long[] shape, DType arithmetic, Request request) {
    if (tensor == null) {
      return null;
    }
    Checks.usable(name, tensor);
    Checks.floating(name, tensor);
    Checks.apart("input gradient", request.inputGradient(), tensor);
    Checks.apart("target gradient", request.targetGradient(), tensor);
    return Broadcast.of(name, tensor, shape).as(arithmetic).operand();
  }

  private static long batch(Tensor input) {
    if (input.rank() == 0) {
      throw new InvalidInputException(
          "reduction BATCHMEAN divides by the first extent of the input, but that is a scalar");
    }
    return input.extent(0);
  }

  void run(RowKernels kernels) {
    if (operation.kernel() == ElementKernel.BCE) {
      new ProbabilityCheck("input", input).run(kernels, job.request().firstRow());
      new ProbabilityCheck("target", target).run(kernels, job.request().firstRow());
    }
    Tensor gradient = whole(job.request().inputGradient(), inputRepeats);
    Tensor targetGradient = whole(job.request().targetGradient(), targetRepeats);
    RowKernels.Operand inputs = inputRepeats.operand();
    RowKernels.Operand targets = targetRepeats.operand();
    job.forEachPiece(
        kernels,
        piece -> {
          RowKernels.Operand part = piece.operand(inputs);
          RowKernels.Operand targetPart = piece.operand(targets);
          RowLosses losses = job.losses(piece);
          kernels.elements(
              new RowKernels.Elements(
                  operation.kernel(),
                  piece.firstRow(),
                  piece.rows().count(),
                  part,
                  targetPart,
                  piece.operandOrNull(weight),
                  piece.operandOrNull(factor),
                  job.rounded(operation.alpha()),
                  job.rounded(operation.gamma()),
                  losses,
                  job.gradient(piece.destinationOrNull(gradient, input, part.tensor()), piece),
                  job.gradient(
                      piece.destinationOrNull(targetGradient, target, targetPart.tensor()),
                      piece)));
          job.add(losses, null);
        });
    sum(gradient, job.request().inputGradient(), inputRepeats);
    sum(targetGradient, job.request().targetGradient(), targetRepeats);
  }

  Job job() {
    return job;
  }

  /** Where kernels write a gradient: of all repetitions, if the tensor is repeated. */
  private @Nullable Tensor whole(@Nullable Tensor gradient, Broadcast repeats) {
    return gradient != null && repeats.repeats()
        ? Tensor.allocate(job.arithmetic(), job.rows().size())
        : gradient;
  }

  private static void sum(@Nullable Tensor whole, @Nullable Tensor gradient, Broadcast repeats) {
    if (whole != null && gradient != null && whole != gradient) {
      repeats.sum(whole, gradient);
    }
  }
}
