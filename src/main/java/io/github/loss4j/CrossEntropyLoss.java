// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy between logits and targets, as {@code torch.nn.CrossEntropyLoss}.
 *
 * <p>With logits x of a row, log-probabilities log p<sub>c</sub> = x<sub>c</sub> - log
 * &sum;<sub>j</sub> exp x<sub>j</sub>, weights w and label smoothing &epsilon;:
 *
 * <ul>
 *   <li>target an index y (integer tensor, of the rows' shape): loss = -(1-&epsilon;) w<sub>y</sub>
 *       log p<sub>y</sub> - &epsilon;/C &sum;<sub>c</sub> w<sub>c</sub> log p<sub>c</sub>; 0 where
 *       y = {@code ignoreIndex};
 *   <li>target probabilities q (floating tensor, of the input's shape): loss = -&sum;<sub>c</sub>
 *       w<sub>c</sub> ((1-&epsilon;) q<sub>c</sub> + &epsilon;/C) log p<sub>c</sub>.
 * </ul>
 *
 * <p>{@link Reduction#MEAN} divides the sum by &sum; w<sub>y</sub> over the rows that are not
 * ignored (indices), or by the number of rows (probabilities).
 *
 * @param weight a weight per class, of shape (C) and the arithmetic type of the logits; null for 1
 * @param ignoreIndex the label of rows that do not count; any long, a valid class too
 * @param reduction what becomes of the per-row losses
 * @param labelSmoothing &epsilon;, from 0 to 1; as in PyTorch, less than 0 counts as 0
 * @see <a href="https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html">
 *     PyTorch</a>
 */
public record CrossEntropyLoss(
    @Nullable Tensor weight, long ignoreIndex, Reduction reduction, double labelSmoothing)
    implements ClassLoss {

  /** PyTorch's default for {@code ignore_index}. */
  public static final long IGNORE_INDEX = -100;

  /** Checks the parameters that need no input to be checked. */
  public CrossEntropyLoss {
    if (!(labelSmoothing <= 1)) {
      throw new InvalidInputException(
          "labelSmoothing must be between 0 and 1, but is " + labelSmoothing);
    }
    labelSmoothing = Math.max(0, labelSmoothing);
    reduction = reduction.notBatchMean();
  }

  /** The mean over all rows, with PyTorch's defaults. */
  public CrossEntropyLoss() {
    this(null, IGNORE_INDEX, Reduction.MEAN, 0);
  }

  /**
   * The same loss with class weights.
   *
   * @param newWeight a weight per class, of shape (C); null for 1
   * @return a new loss
   */
  public CrossEntropyLoss withWeight(@Nullable Tensor newWeight) {
    return new CrossEntropyLoss(newWeight, ignoreIndex, reduction, labelSmoothing);
  }

  /**
   * The same loss with another label for rows that do not count.
   *
   * @param newIgnoreIndex any long
   * @return a new loss
   */
  public CrossEntropyLoss withIgnoreIndex(long newIgnoreIndex) {
    return new CrossEntropyLoss(weight, newIgnoreIndex, reduction, labelSmoothing);
  }

  /**
   * The same loss with another reduction.
   *
   * @param newReduction what becomes of the per-row losses
   * @return a new loss
   */
  public CrossEntropyLoss withReduction(Reduction newReduction) {
    return new CrossEntropyLoss(weight, ignoreIndex, newReduction, labelSmoothing);
  }

  /**
   * The same loss with label smoothing.
   *
   * @param newLabelSmoothing &epsilon;, from 0 to 1
   * @return a new loss
   * @throws InvalidInputException if it is NaN or more than 1
   */
  public CrossEntropyLoss withLabelSmoothing(double newLabelSmoothing) {
    return new CrossEntropyLoss(weight, ignoreIndex, reduction, newLabelSmoothing);
  }
}
