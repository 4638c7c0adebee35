// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/** The weights of a loss's classes as kernels take them. */
final class ClassWeights {
  private ClassWeights() {}

  /** One per class in the arithmetic type, checked; null for 1. */
  static @Nullable Tensor of(String name, @Nullable Tensor weight, Tensor input, Job job) {
    if (weight == null) {
      return null;
    }
    Checks.shape(name, weight, new long[] {job.rows().classes()});
    return Checks.widened(checked(name, weight, input, job), job.arithmetic());
  }

  /** The same of weights that may also be one number for all classes. */
  static @Nullable Tensor orScalar(String name, @Nullable Tensor weight, Tensor input, Job job) {
    return weight != null && weight.rank() == 0
        ? spread(checked(name, weight, input, job), job)
        : of(name, weight, input, job);
  }

  private static Tensor checked(String name, Tensor weight, Tensor input, Job job) {
    Checks.usable(name, weight);
    Checks.type(name, weight, input.dtype().arithmetic(), input.dtype());
    Checks.apart("input gradient", job.request().inputGradient(), weight);
    Checks.apart("target gradient", job.request().targetGradient(), weight);
    return weight;
  }

  /** A number for every class. */
  private static Tensor spread(Tensor scalar, Job job) {
    double number = scalar.toHost().getDouble(0);
    Tensor weight = Tensor.allocate(job.arithmetic(), job.rows().classes());
    for (long c = 0; c < weight.size(); c++) {
      weight.setDouble(c, number);
    }
    return weight;
  }
}
