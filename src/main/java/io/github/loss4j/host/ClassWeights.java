// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/** The weights of a loss's classes as kernels take them, whatever the loss calls them. */
final class ClassWeights {
  private ClassWeights() {}

  /** One per class in the arithmetic type, checked; null for 1. */
  static @Nullable Tensor of(ClassLoss loss, Tensor input, Job job) {
    return switch (loss) {
      case CrossEntropyLoss crossEntropy -> perClass("weight", crossEntropy.weight(), input, job);
      case NLLLoss nll -> perClass("weight", nll.weight(), input, job);
      case SoftmaxFocalLoss focal -> {
        Tensor alpha = focal.alpha();
        yield alpha != null && alpha.rank() == 0
            ? spread(checked("alpha", alpha, input, job), job)
            : perClass("alpha", alpha, input, job);
      }
    };
  }

  /** What a row of a label counts in the mean; null for 1. */
  static @Nullable Tensor inMean(ClassLoss loss, @Nullable Tensor weight) {
    return loss instanceof SoftmaxFocalLoss ? null : weight;
  }

  private static @Nullable Tensor perClass(
      String name, @Nullable Tensor weight, Tensor input, Job job) {
    if (weight == null) {
      return null;
    }
    Checks.shape(name, weight, new long[] {job.rows().classes()});
    checked(name, weight, input, job);
    return Checks.widened(weight, job.arithmetic());
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
    Tensor weight = Tensor.allocate(job.arithmetic(), job.rows().classes());
    for (long c = 0; c < weight.size(); c++) {
      weight.setDouble(c, scalar.getDouble(0));
    }
    return weight;
  }
}
