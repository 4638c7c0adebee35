// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The kernel table of the losses that have one value per row of classes: which kernel computes a
 * loss, and what it is given. A kernel is a file in {@code kernels/}, and a class in the {@code
 * cpu} package.
 */
public final class ClassKernel {
  private ClassKernel() {}

  /** The kernels for labels. */
  public enum OfLabels {
    /** Cross-entropy of logits. */
    CROSS_ENTROPY("cross_entropy.cl"),
    /** Negative log-likelihood of log-probabilities. */
    NLL("nll.cl"),
    /** Focal loss of logits; the weight is alpha. */
    SOFTMAX_FOCAL("softmax_focal.cl");

    private final String file;

    OfLabels(String file) {
      this.file = file;
    }

    /**
     * The kernel in OpenCL C.
     *
     * @return a file name in {@code kernels/}
     */
    public String file() {
      return file;
    }

    /**
     * How many sums over the classes it needs beside those of the softmax.
     *
     * @param parameters what it is given
     * @return the kernel file's DOTS
     */
    public int sums(RowParameters parameters) {
      return this == CROSS_ENTROPY && parameters.smoothing() != null ? 1 : 0;
    }
  }

  /** The kernels for target probabilities. */
  public enum OfProbabilities {
    /** Cross-entropy of logits. */
    CROSS_ENTROPY("cross_entropy_probabilities.cl"),
    /** Focal loss of logits; the weight is alpha. */
    SOFTMAX_FOCAL("softmax_focal_probabilities.cl");

    private final String file;

    OfProbabilities(String file) {
      this.file = file;
    }

    /**
     * The kernel in OpenCL C.
     *
     * @return a file name in {@code kernels/}
     */
    public String file() {
      return file;
    }
  }

  /**
   * What a loss is to a kernel.
   *
   * @param labels the kernel for labels
   * @param probabilities the kernel for target probabilities; null if the loss takes none
   * @param parameters what they are given
   * @param weighsMean whether rows count in the mean with the weight of their label
   */
  record Operation(
      OfLabels labels,
      @Nullable OfProbabilities probabilities,
      RowParameters parameters,
      boolean weighsMean) {}

  /** The row of a loss; checks the weights. */
  static Operation operationOf(ClassLoss loss, Tensor input, Job job) {
    return switch (loss) {
      case CrossEntropyLoss entropy ->
          new Operation(
              OfLabels.CROSS_ENTROPY,
              OfProbabilities.CROSS_ENTROPY,
              RowParameters.of(entropy, input, job),
              true);
      case NLLLoss nll ->
          new Operation(
              OfLabels.NLL,
              null,
              RowParameters.of(ClassWeights.of("weight", nll.weight(), input, job), 0),
              true);
      case SoftmaxFocalLoss focal ->
          new Operation(
              OfLabels.SOFTMAX_FOCAL,
              OfProbabilities.SOFTMAX_FOCAL,
              RowParameters.of(
                  ClassWeights.orScalar("alpha", focal.alpha(), input, job),
                  job.rounded(focal.gamma())),
              false);
    };
  }
}
