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
 * What an elementwise loss is to a kernel.
 *
 * @param kernel the kernel
 * @param weight what its results are multiplied by; null for 1
 * @param factor one more tensor of its own, such as the weight of the positive answer; null for 1
 * @param alpha a parameter of its own
 * @param gamma another
 */
record ElementOperation(
    ElementKernel kernel,
    @Nullable Tensor weight,
    @Nullable Tensor factor,
    double alpha,
    double gamma) {

  static ElementOperation of(ElementLoss loss) {
    return switch (loss) {
      case BCELoss bce -> new ElementOperation(ElementKernel.BCE, bce.weight(), null, 0, 0);
      case BCEWithLogitsLoss bce ->
          new ElementOperation(ElementKernel.BCE_WITH_LOGITS, bce.weight(), bce.posWeight(), 0, 0);
      case KLDivLoss kl ->
          new ElementOperation(
              kl.logTarget() ? ElementKernel.KL_DIV_LOG_TARGET : ElementKernel.KL_DIV,
              null,
              null,
              0,
              0);
      case SigmoidFocalLoss focal ->
          new ElementOperation(
              ElementKernel.SIGMOID_FOCAL, null, null, focal.alpha(), focal.gamma());
    };
  }
}
