// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import org.jspecify.annotations.Nullable;

/**
 * Binary cross-entropy between logits and targets, as {@code torch.nn.BCEWithLogitsLoss}: with a
 * logit x, &sigma;(x) = 1 / (1 + e<sup>-x</sup>), a target t, a weight w and a weight v of the
 * positive answer
 *
 * <p>loss = -w (v t log &sigma;(x) + (1-t) log(1 - &sigma;(x))),
 *
 * <p>computed so that neither a large logit nor a confident one loses digits. Targets are usually
 * from 0 to 1; as in PyTorch, others are taken too.
 *
 * @param weight a weight per element: of a shape that broadcasts to the input's, and of any
 *     floating type; null for 1
 * @param reduction what becomes of the losses; a mean divides by their number
 * @param posWeight a weight of the positive answer, usually per class: as {@code weight}, of a
 *     shape that broadcasts to the input's; null for 1
 * @see <a
 *     href="https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html">PyTorch</a>
 */
public record BCEWithLogitsLoss(
    @Nullable Tensor weight, Reduction reduction, @Nullable Tensor posWeight)
    implements ElementLoss {

  /** Checks the parameters that need no input to be checked. */
  public BCEWithLogitsLoss {
    reduction = reduction.notBatchMean();
  }

  /** The mean over all elements, with PyTorch's defaults. */
  public BCEWithLogitsLoss() {
    this(null, Reduction.MEAN, null);
  }

  /**
   * The same loss with weights.
   *
   * @param newWeight of a shape that broadcasts to the input's; null for 1
   * @return a new loss
   */
  public BCEWithLogitsLoss withWeight(@Nullable Tensor newWeight) {
    return new BCEWithLogitsLoss(newWeight, reduction, posWeight);
  }

  /**
   * The same loss with another reduction.
   *
   * @param newReduction what becomes of the losses
   * @return a new loss
   */
  public BCEWithLogitsLoss withReduction(Reduction newReduction) {
    return new BCEWithLogitsLoss(weight, newReduction, posWeight);
  }

  /**
   * The same loss with weights of the positive answer.
   *
   * @param newPosWeight of a shape that broadcasts to the input's; null for 1
   * @return a new loss
   */
  public BCEWithLogitsLoss withPosWeight(@Nullable Tensor newPosWeight) {
    return new BCEWithLogitsLoss(weight, reduction, newPosWeight);
  }
}
