// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.ClassMatrix;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LinearRequest;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The evaluation of cross-entropy of labels from hidden states: that of the logits they make, a
 * piece at a time.
 */
final class LinearEvaluation {
  private final Tensor hidden;
  private final ClassMatrix classes;
  private final LinearRequest request;
  private final Job job;
  private final LabelEvaluation evaluation;

  LinearEvaluation(
      CrossEntropyLoss loss,
      Tensor hidden,
      ClassMatrix classes,
      Tensor target,
      LinearRequest request,
      SpareLabels spare) {
    this.hidden = hidden;
    this.classes = classes;
    this.request = request;
    checkInputs(target);
    checkDestination("hidden gradient", request.hiddenGradient(), hidden);
    checkDestination("weight gradient", request.weightGradient(), classes.weight());
    checkBiasGradient();
    checkApart(loss, target);
    long count = hidden.rank() == 1 ? 1 : hidden.extent(0);
    Rows rows = new Rows(count, Rows.along(classes.weight(), 0).classes(), 1);
    long[] rowShape = ClassLoss.rowShape(hidden);
    job = new Job(hidden, rows, rowShape, hidden.dtype().arithmetic(), loss, ofLogits(request));
    evaluation = new LabelEvaluation(loss, job, hidden, target, spare);
  }

  Job job() {
    return job;
  }

  void run(RowKernels kernels) {
    evaluation.check(kernels);
    // The rows of a piece are whole chunks of the sums over rows, so that these do not depend on
    // how many rows a piece has.
    int together = Math.clamp(job.rows().count(), 1, MatrixProduct.CHUNK);
    try (LinearLogits logits = new LinearLogits(kernels, hidden, classes, job, request)) {
      Pieces.forEach(
          job.rows(),
          together,
          Math.min(kernels.maxInputBytes(), workspaceBytes(together)),
          job.arithmetic().bytes(),
          piece -> evaluation.compute(kernels, logits, piece));
      logits.finish();
    }
    evaluation.finish();
  }

  private long workspaceBytes(int leastRows) {
    long least = (long) leastRows * job.rows().classes() * job.arithmetic().bytes();
    return Math.max(least, request.workspaceBytes());
  }

  private void checkInputs(Tensor target) {
    Tensor weight = classes.weight();
    Checks.usable("hidden states", hidden);
    Checks.usable("class matrix", weight);
    Checks.usable("bias", classes.bias());
    Checks.usable("target", target);
    Checks.floating("hidden states", hidden);
    if (hidden.rank() != 1 && hidden.rank() != 2) {
      throw new InvalidInputException(
          "the hidden states must have shape (D) or (N, D), but are %s; reshape them and the target"
              .formatted(hidden));
    }
    if (weight.extent(1) != hidden.extent(hidden.rank() - 1)) {
      throw new InvalidInputException(
          "the class matrix %s does not fit the hidden states %s: their last extents differ"
              .formatted(weight, hidden));
    }
    Checks.type("class matrix", weight, hidden.dtype());
    if (weight.extent(0) == 0) {
      throw new InvalidInputException("the class matrix %s has no classes".formatted(weight));
    }
    if (target.dtype().isFloating()) {
      throw new InvalidInputException(
          "the target of linearCrossEntropy must be labels of an integer type, but is %s; for probabilities, evaluate CrossEntropyLoss on the logits"
              .formatted(target));
    }
  }

  private void checkBiasGradient() {
    Tensor bias = classes.bias();
    if (bias != null) {
      checkDestination("bias gradient", request.biasGradient(), bias);
    } else if (request.biasGradient() != null) {
      throw new InvalidInputException("there is no bias, so it has no gradient");
    }
  }

  private static void checkDestination(String name, @Nullable Tensor gradient, Tensor source) {
    if (gradient != null) {
      DType dtype = source.dtype();
      Checks.writable(name, gradient, source, dtype.arithmetic(), dtype);
    }
  }

  /** Rows are still to be read when those before them are written: nothing is done in place. */
  private void checkApart(CrossEntropyLoss loss, Tensor target) {
    Tensor hiddenGradient = request.hiddenGradient();
    Tensor weightGradient = request.weightGradient();
    Tensor[] inputs = {
      hidden, classes.weight(), classes.bias(), target, loss.weight(), request.upstream()
    };
    for (Tensor input : inputs) {
      Checks.apart("hidden gradient", hiddenGradient, input);
      Checks.apart("weight gradient", weightGradient, input);
      Checks.apart("bias gradient", request.biasGradient(), input);
    }
    Checks.apart("weight gradient", weightGradient, hiddenGradient);
    Checks.apart("bias gradient", request.biasGradient(), hiddenGradient);
    Checks.apart("bias gradient", request.biasGradient(), weightGradient);
  }

  /** What is asked for of the logits; their gradient goes no further than a piece. */
  private static Request ofLogits(LinearRequest request) {
    Request ofLogits = Request.LOSS.withFirstRow(request.firstRow());
    if (request.accuracy()) {
      ofLogits = ofLogits.withAccuracy();
    }
    Tensor upstream = request.upstream();
    return upstream == null ? ofLogits : ofLogits.withUpstream(upstream);
  }
}
