// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.ElementLoss;
import io.github.loss4j.Loss;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Normalization;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a session computes, to 40 digits. The operands are what the tensors hold, and parameters
 * what the caller gave: 0.1 is the double 0.1, in every type.
 */
public final class ExactLosses {
  private ExactLosses() {}

  /**
   * The loss and its gradients.
   *
   * @param upstream null for 1
   */
  public static ExactResult evaluate(
      Loss loss, Tensor input, Tensor target, @Nullable Tensor upstream) {
    return switch (loss) {
      case NLLLoss nll -> ExactLabelLoss.of(nll, input, target, upstream);
      case CrossEntropyLoss ce when target.dtype().isFloating() ->
          ExactProbabilityLoss.of(ce, input, target, upstream);
      case CrossEntropyLoss ce -> ExactLabelLoss.of(ce, input, target, upstream);
      case SoftmaxFocalLoss focal -> ExactSoftmaxFocal.of(focal, input, target, upstream);
      case ElementLoss elements -> ExactElementLoss.of(elements, input, target, upstream);
    };
  }

  /**
   * The normalised elements and the gradient.
   *
   * @param upstream null for 1
   */
  public static ExactResult evaluate(
      Normalization function, Tensor input, @Nullable Tensor upstream) {
    return ExactNormalization.of(function, input, upstream);
  }
}
