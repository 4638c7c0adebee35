// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.ClassMatrix;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.DeviceMemory;
import io.github.loss4j.ElementLoss;
import io.github.loss4j.LinearRequest;
import io.github.loss4j.Loss;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Normalization;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/** The session of every backend: checks the inputs, and has the backend's kernels do the rows. */
public class HostSession implements LossSession {
  private static final System.Logger LOG = System.getLogger("io.github.loss4j");

  private final String backend;
  private final String device;
  private final RowKernels kernels;
  private final Lifetime lifetime;
  private final SpareLabels spareLabels = new SpareLabels();
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
    this.lifetime = new Lifetime("the session on " + device);
  }

  /**
   * Makes a call for as long as which the session cannot be closed; it may be part of another, on
   * any thread.
   *
   * @param call what to do
   * @throws IllegalStateException if it is closed
   */
  protected final void during(Runnable call) {
    lifetime.within(call);
  }

  @Override
  public LossResult evaluate(Loss loss, Tensor input, Tensor target, Request request) {
    return lifetime.during(() -> evaluateOpen(loss, input, target, request));
  }

  private LossResult evaluateOpen(Loss loss, Tensor input, Tensor target, Request request) {
    reach("input", input);
    reach("target", target);
    reach("input gradient", request.inputGradient());
    reach("target gradient", request.targetGradient());
    reach("upstream gradient", request.upstream());
    Checks.usable("input", input);
    Checks.usable("target", target);
    Checks.floating("input", input);
    DType arithmetic = arithmetic(input, target);
    if (!kernels.supports(arithmetic)) {
      return substitute(arithmetic).evaluate(loss, input, target, request);
    }
    Job job =
        switch (loss) {
          case ClassLoss ofClasses -> evaluate(ofClasses, input, target, arithmetic, request);
          case ElementLoss ofElements -> {
            var evaluation = new ElementEvaluation(ofElements, input, target, arithmetic, request);
            evaluation.run(kernels);
            yield evaluation.job();
          }
        };
    return result(job);
  }

  private void reach(String name, @Nullable Tensor tensor) {
    Checks.reachable(kernels, device, name, tensor);
  }

  private LossResult result(Job job) {
    return new LossResult(job.loss(), job.totals(), backend, device, job.statistics().tensors());
  }

  private Job evaluate(
      ClassLoss loss, Tensor input, Tensor target, DType arithmetic, Request request) {
    Job job = Job.ofClasses(input, arithmetic, loss, request);
    if (target.dtype().isFloating()) {
      new ProbabilityEvaluation(loss, job, input, target).run(kernels);
    } else {
      new LabelEvaluation(loss, job, input, target, spareLabels).run(kernels);
    }
    return job;
  }

  @Override
  public LossResult linearCrossEntropy(
      CrossEntropyLoss loss,
      Tensor hidden,
      ClassMatrix classes,
      Tensor target,
      LinearRequest request) {
    return lifetime.during(
        () -> {
          reach("hidden states", hidden);
          reach("class matrix", classes.weight());
          reach("target", target);
          reach("hidden gradient", request.hiddenGradient());
          reach("weight gradient", request.weightGradient());
          reach("bias gradient", request.biasGradient());
          reach("upstream gradient", request.upstream());
          var evaluation =
              new LinearEvaluation(loss, hidden, classes, target, request, spareLabels);
          Job job = evaluation.job();
          if (!kernels.supports(job.arithmetic())) {
            return substitute(job.arithmetic())
                .linearCrossEntropy(loss, hidden, classes, target, request);
          }
          evaluation.run(kernels);
          return result(job);
        });
  }

  @Override
  public void apply(Normalization function, Tensor input, Tensor output) {
    lifetime.during(
        () -> {
          reach("input", input);
          reach("output", output);
          var evaluation = new NormalizationEvaluation(function, input, null, output, "output");
          if (kernels.supports(evaluation.arithmetic())) {
            evaluation.apply(kernels);
          } else {
            substitute(evaluation.arithmetic()).apply(function, input, output);
          }
        });
  }

  @Override
  public void gradient(
      Normalization function, Tensor input, @Nullable Tensor upstream, Tensor gradient) {
    lifetime.during(
        () -> {
          reach("input", input);
          reach("upstream gradient", upstream);
          reach("gradient", gradient);
          var evaluation =
              new NormalizationEvaluation(function, input, upstream, gradient, "gradient");
          if (kernels.supports(evaluation.arithmetic())) {
            evaluation.gradient(kernels);
          } else {
            substitute(evaluation.arithmetic()).gradient(function, input, upstream, gradient);
          }
        });
  }

  @Override
  public DeviceMemory memory(long bytes) {
    return lifetime.during(() -> kernels.memory(bytes));
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
  public void close() {
    lifetime.end(this::release);
  }

  private synchronized void release() {
    kernels.close();
    if (substitute != null) {
      substitute.close();
    }
  }

  /** As in PyTorch, F64 targets make the computation F64; only BCE refuses them later. */
  private static DType arithmetic(Tensor input, Tensor target) {
    return target.dtype() == DType.F64 ? DType.F64 : input.dtype().arithmetic();
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
