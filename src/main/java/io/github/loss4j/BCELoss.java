// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import org.jspecify.annotations.Nullable;

/**
 * Binary cross-entropy between probabilities and targets, as {@code torch.nn.BCELoss}: with a
 * probability x and a target t, both from 0 to 1, and a weight w
 *
 * <p>loss = -w (t log x + (1-t) log(1-x)),
 *
 * <p>where a logarithm is at least -100, so that a wrong certainty costs 100. The gradient is w
 * (x-t) / max(x (1-x), 10<sup>-12</sup>), and with respect to the target w (log(1-x) - log x). For
 * logits, {@link BCEWithLogitsLoss} is more exact.
 *
 * @param weight a weight per element: of a shape that broadcasts to the input's, and of any
 *     floating type; null for 1
 * @param reduction what becomes of the losses; a mean divides by their number
 * @see <a href="https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html">PyTorch</a>
 */
public record BCELoss(@Nullable Tensor weight, Reduction reduction) implements ElementLoss {

  /** Checks the parameters that need no input to be checked. */
  public BCELoss {
    reduction = reduction.notBatchMean();
  }

  /** The mean over all elements, with PyTorch's defaults. */
  public BCELoss() {
    this(null, Reduction.MEAN);
  }

  /**
   * The same loss with weights.
   *
   * @param newWeight of a shape that broadcasts to the input's; null for 1
   * @return a new loss
   */
  public BCELoss withWeight(@Nullable Tensor newWeight) {
    return new BCELoss(newWeight, reduction);
  }

  /**
   * The same loss with another reduction.
   *
   * @param newReduction what becomes of the losses
   * @return a new loss
   */
  public BCELoss withReduction(Reduction newReduction) {
    return new BCELoss(weight, newReduction);
  }
}
