// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.DType;
import io.github.loss4j.RowStatistic;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.LogitTransform;
import io.github.loss4j.host.RowKernels.Gradient;
import io.github.loss4j.host.RowKernels.LabelRows;
import io.github.loss4j.host.RowKernels.ProbabilityRows;
import io.github.loss4j.host.RowParameters;
import io.github.loss4j.host.Smoothing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jocl.cl_mem;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of the kernels of losses of rows, in the order of {@code kernels/labels.clh} and
 * {@code kernels/probabilities.clh}.
 */
final class RowArguments {
  private final ClCall call;
  private final DType arithmetic;
  private final List<@Nullable Object> arguments = new ArrayList<>();

  private RowArguments(ClCall call, DType arithmetic) {
    this.call = call;
    this.arithmetic = arithmetic;
  }

  static List<@Nullable Object> of(ClCall call, LabelRows task, cl_mem losses, ClView gradient) {
    RowArguments all = new RowArguments(call, task.losses().dtype());
    RowParameters parameters = task.parameters();
    Smoothing smoothing = parameters.smoothing();
    all.arguments.add(call.read(task.labels()));
    all.weightAndSmoothing(parameters);
    all.real(smoothing == null ? 0 : smoothing.spreadTail());
    all.real(smoothing == null ? 0 : smoothing.weightSum());
    all.real(parameters.zLoss());
    all.real(parameters.gamma());
    all.arguments.add(losses);
    all.arguments.add(OpenClKernels.writeOrNull(call, task.correct()));
    all.arguments.add(gradient);
    all.upstream(task.gradient());
    all.transform(parameters.transform());
    all.statistics(task.statistics());
    return all.arguments;
  }

  static List<@Nullable Object> of(
      ClCall call,
      ProbabilityRows task,
      cl_mem losses,
      ClView targets,
      ClView gradient,
      ClView targetGradient) {
    RowArguments all = new RowArguments(call, task.losses().dtype());
    RowParameters parameters = task.parameters();
    all.arguments.add(targets);
    all.weightAndSmoothing(parameters);
    all.real(parameters.zLoss());
    all.real(parameters.gamma());
    all.arguments.add(losses);
    all.arguments.add(gradient);
    all.arguments.add(targetGradient);
    // Both gradients are of the same losses, so they have the same upstream.
    all.upstream(task.gradient() != null ? task.gradient() : task.targetGradient());
    all.transform(parameters.transform());
    all.statistics(task.statistics());
    return all.arguments;
  }

  private void weightAndSmoothing(RowParameters parameters) {
    Smoothing smoothing = parameters.smoothing();
    arguments.add(OpenClKernels.readOrNull(call, parameters.weight()));
    real(smoothing == null ? 1 : smoothing.keep());
    real(smoothing == null ? 0 : smoothing.keepTail());
    real(smoothing == null ? 0 : smoothing.spread());
  }

  private void upstream(@Nullable Gradient gradient) {
    arguments.add(OpenClKernels.upstreamView(call, gradient));
    real(OpenClKernels.scale(gradient).head());
    real(OpenClKernels.scale(gradient).tail());
  }

  /** Those of kernels/transform.clh. */
  private void transform(@Nullable LogitTransform transform) {
    if (transform != null) {
      real(transform.softCap());
      real(transform.inverseSoftCap());
      real(transform.temperature());
      real(transform.inverseTemperature());
    }
  }

  /** Those of kernels/statistics.clh. */
  private void statistics(Map<RowStatistic, Tensor> statistics) {
    if (!statistics.isEmpty()) {
      for (RowStatistic statistic : RowStatistic.values()) {
        arguments.add(OpenClKernels.writeOrNull(call, statistics.get(statistic)));
      }
    }
  }

  private void real(double value) {
    arguments.add(OpenClKernels.real(arithmetic, value));
  }
}
