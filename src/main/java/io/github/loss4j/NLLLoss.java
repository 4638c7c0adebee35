// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import org.jspecify.annotations.Nullable;

/**
 * Negative log-likelihood of index targets under given log-probabilities, as {@code
 * torch.nn.NLLLoss}: loss = -w<sub>y</sub> x<sub>y</sub>, and 0 where y = {@code ignoreIndex}.
 *
 * <p>{@link Reduction#MEAN} divides the sum by &sum; w<sub>y</sub> over the rows that are not
 * ignored.
 *
 * @param weight a weight per class, of shape (C) and the arithmetic type of the input; null for 1
 * @param ignoreIndex the label of rows that do not count; any long, a valid class too
 * @param reduction what becomes of the per-row losses
 * @see <a href="https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html">PyTorch</a>
 */
public record NLLLoss(@Nullable Tensor weight, long ignoreIndex, Reduction reduction)
    implements ClassLoss {

  /** Checks the parameters that need no input to be checked. */
  public NLLLoss {
    reduction = reduction.notBatchMean();
  }

  /** The mean over all rows, with PyTorch's defaults. */
  public NLLLoss() {
    this(null, CrossEntropyLoss.IGNORE_INDEX, Reduction.MEAN);
  }

  /**
   * The same loss with class weights.
   *
   * @param newWeight a weight per class, of shape (C); null for 1
   * @return a new loss
   */
  public NLLLoss withWeight(@Nullable Tensor newWeight) {
    return new NLLLoss(newWeight, ignoreIndex, reduction);
  }

  /**
   * The same loss with another label for rows that do not count.
   *
   * @param newIgnoreIndex any long
   * @return a new loss
   */
  public NLLLoss withIgnoreIndex(long newIgnoreIndex) {
    return new NLLLoss(weight, newIgnoreIndex, reduction);
  }

  @Override
  public NLLLoss withReduction(Reduction newReduction) {
    return new NLLLoss(weight, ignoreIndex, newReduction);
  }
}
