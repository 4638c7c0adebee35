// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import org.jspecify.annotations.Nullable;

/**
 * The kernel table of the losses that are computed element by element. Each kernel is a file in
 * {@code kernels/} and the method of the same name in the {@code cpu} package.
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
}
