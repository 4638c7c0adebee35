// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.BCELoss;
import io.github.loss4j.BCEWithLogitsLoss;
import io.github.loss4j.ElementLoss;
import io.github.loss4j.KLDivLoss;
import io.github.loss4j.SigmoidFocalLoss;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The kernel table of the losses that are computed element by element: which kernel computes a
 * loss, and what it is given. A kernel is a file in {@code kernels/}, and a method in the {@code
 * cpu} package's {@code ElementLosses}.
 */
public enum ElementKernel {
  /** Binary cross-entropy of probabilities. */
  BCE("bce.cl"),
  /** Binary cross-entropy of logits; the factor is the weight of the positive answer. */
  BCE_WITH_LOGITS("bce_with_logits.cl"),
  /** Kullback-Leibler divergence from target probabilities. */
  KL_DIV("kl_div.cl"),
  /** Kullback-Leibler divergence from target log-probabilities. */
  KL_DIV_LOG_TARGET("kl_div.cl", "LOG_TARGET"),
  /** Focal loss of logits; the parameters are alpha and gamma. */
  SIGMOID_FOCAL("sigmoid_focal.cl");

  private final String file;
  private final @Nullable String flag;

  ElementKernel(String file) {
    this(file, null);
  }

  ElementKernel(String file, @Nullable String flag) {
    this.file = file;
    this.flag = flag;
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
   * The macro that tells this kernel from others in its file.
   *
   * @return a name to define; null if the file has but one kernel
   */
  public @Nullable String flag() {
    return flag;
  }

  /**
   * What an elementwise loss is to a kernel.
   *
   * @param kernel the kernel
   * @param weight what its results are multiplied by; null for 1
   * @param factor one more tensor of its own, such as the weight of the positive answer; null for 1
   * @param alpha a parameter of its own
   * @param gamma another
   */
  record Operation(
      ElementKernel kernel,
      @Nullable Tensor weight,
      @Nullable Tensor factor,
      double alpha,
      double gamma) {}

  /** The row of a loss. */
  static Operation operationOf(ElementLoss loss) {
    return switch (loss) {
      case BCELoss bce -> new Operation(BCE, bce.weight(), null, 0, 0);
      case BCEWithLogitsLoss bce ->
          new Operation(BCE_WITH_LOGITS, bce.weight(), bce.posWeight(), 0, 0);
      case KLDivLoss kl ->
          new Operation(kl.logTarget() ? KL_DIV_LOG_TARGET : KL_DIV, null, null, 0, 0);
      case SigmoidFocalLoss focal ->
          new Operation(SIGMOID_FOCAL, null, null, focal.alpha(), focal.gamma());
    };
  }
}
