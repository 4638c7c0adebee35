// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LogSoftmax;
import io.github.loss4j.Loss;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Normalization;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The session of every backend: checks the inputs, and has the backend's kernels do the rows. */
public final class HostSession implements LossSession {
  private static final System.Logger LOG = System.getLogger("io.github.loss4j");

  private final String backend;
  private final String device;
  private final RowKernels kernels;
  private @Nullable LossSession substitute;

  /**
   * A session over a backend's kernels.
   *
   * @param backend the backend's name
   * @param device the device's name
   * @param kernels the kernels; closed with the session
   */
  public HostSession(String backend, String device, RowKernels kernels) {
    this.backend = backend;
    this.device = device;
    this.kernels = kernels;
  }

  @Override
  public LossResult evaluate(Loss loss, Tensor input, Tensor target, Request request) {
    Checks.floating("input", input);
    DType arithmetic = arithmetic(loss, input, target);
    if (!kernels.supports(arithmetic)) {
      return substitute(arithmetic).evaluate(loss, input, target, request);
    }
    Job job = new Job(input, Loss.classAxis(input), arithmetic, loss, request);
    switch (loss) {
      case CrossEntropyLoss crossEntropy when takesProbabilities(input, target) ->
          new ProbabilityEvaluation(crossEntropy, job, input, target).run(kernels);
      case CrossEntropyLoss crossEntropy ->
          LabelEvaluation.of(crossEntropy, job, input, target).run(kernels);
      case NLLLoss nll -> LabelEvaluation.of(nll, job, input, target).run(kernels);
    }
    return new LossResult(job.loss(), job.totals(), backend, device);
  }

  @Override
  public void apply(Normalization function, Tensor input, Tensor output) {
    Checks.floating("input", input);
    DType arithmetic = input.dtype().arithmetic();
    Checks.destination("output", output, input, arithmetic, input.dtype());
    Rows rows = Rows.along(input, function.axisOf(input));
    if (!kernels.supports(arithmetic)) {
      substitute(arithmetic).apply(function, input, output);
      return;
    }
    boolean logarithm = function instanceof LogSoftmax;
    Pieces.forEach(
        rows,
        kernels.maxInputBytes(),
        arithmetic.bytes(),
        piece -> {
          Tensor in = piece.elements(input);
          Tensor out = piece.destination(output, input, in);
          kernels.normalize(new RowKernels.Normalize(piece.rows(), logarithm, in, out, arithmetic));
          piece.putBack(out, output);
        });
  }

  @Override
  public void gradient(
      Normalization function, Tensor input, @Nullable Tensor upstream, Tensor gradient) {
    Checks.floating("input", input);
    DType arithmetic = input.dtype().arithmetic();
    Checks.destination("gradient", gradient, input, arithmetic, input.dtype());
    if (upstream != null) {
      Checks.shape("upstream gradient", upstream, input.shape());
      Checks.type("upstream gradient", upstream, arithmetic);
      Checks.separate("gradient", gradient, upstream);
    }
    Rows rows = Rows.along(input, function.axisOf(input));
    if (!kernels.supports(arithmetic)) {
      substitute(arithmetic).gradient(function, input, upstream, gradient);
      return;
    }
    boolean logarithm = function instanceof LogSoftmax;
    Pieces.forEach(
        rows,
        kernels.maxInputBytes(),
        arithmetic.bytes(),
        piece -> {
          Tensor in = piece.elements(input);
          Tensor out = piece.destination(gradient, input, in);
          Tensor up = upstream == null ? null : piece.elements(upstream);
          kernels.normalizeGradient(
              new RowKernels.NormalizeGradient(piece.rows(), logarithm, in, up, out, arithmetic));
          piece.putBack(out, gradient);
        });
  }

  @Override
  public String backend() {
    return backend;
  }

  @Override
  public String device() {
    return device;
  }

  @Override
  public synchronized void close() {
    kernels.close();
    if (substitute != null) {
      substitute.close();
    }
  }

  private static DType arithmetic(Loss loss, Tensor input, Tensor target) {
    boolean wideTarget = loss instanceof CrossEntropyLoss && target.dtype() == DType.F64;
    return wideTarget ? DType.F64 : input.dtype().arithmetic();
  }

  /** As in PyTorch, the shape decides; a floating target of another shape is a mistake. */
  private static boolean takesProbabilities(Tensor input, Tensor target) {
    boolean sameShape = Arrays.equals(input.shape(), target.shape());
    if (target.dtype().isFloating() && !sameShape) {
      throw new InvalidInputException(
          "the target %s is neither labels, which are integers, nor probabilities, which have the shape of the input %s"
              .formatted(target, input));
    }
    return target.dtype().isFloating();
  }

  /** The session that computes what this device cannot. */
  private synchronized LossSession substitute(DType arithmetic) {
    if (substitute == null) {
      substitute = LossBackend.named("cpu").open();
      LOG.log(
          System.Logger.Level.INFO,
          "{0} does not compute in {1}; the cpu backend does",
          device,
          arithmetic);
    }
    return substitute;
  }
}
