// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import org.jspecify.annotations.Nullable;

/**
 * Focal loss of logits and targets over several classes: {@link CrossEntropyLoss}, less where it is
 * right anyway.
 *
 * <p>With probabilities p<sub>c</sub>, the softmax of a row, and weights &alpha;:
 *
 * <ul>
 *   <li>target an index y (integer tensor, of the rows' shape): loss = -&alpha;<sub>y</sub> (1 -
 *       p<sub>y</sub>)<sup>&gamma;</sup> log p<sub>y</sub>; 0 where y = {@code ignoreIndex};
 *   <li>target probabilities q (floating tensor, of the input's shape): loss = -&sum;<sub>c</sub>
 *       &alpha;<sub>c</sub> q<sub>c</sub> (1 - p<sub>c</sub>)<sup>&gamma;</sup> log p<sub>c</sub>.
 * </ul>
 *
 * <p>{@link Reduction#MEAN} divides the sum by the number of rows that are not ignored, whatever
 * their weights. With &gamma; = 0 the losses are those of cross-entropy.
 *
 * @param alpha a weight per class, of shape (C), or one for all classes, of shape (); of the
 *     logits' type or their arithmetic type; null for 1
 * @param gamma &gamma;, any finite number, usually from 0 to 5; the losses of a row that is certain
 *     of its label are NaN if it is negative
 * @param ignoreIndex the label of rows that do not count; any long, a valid class too
 * @param reduction what becomes of the per-row losses
 * @see <a href="https://arxiv.org/abs/1708.02002">Lin et al., Focal loss for dense object
 *     detection</a>
 */
public record SoftmaxFocalLoss(
    @Nullable Tensor alpha, double gamma, long ignoreIndex, Reduction reduction)
    implements ClassLoss {

  /** Checks the parameters that need no input to be checked. */
  public SoftmaxFocalLoss {
    if (!Double.isFinite(gamma)) {
      throw new InvalidInputException("gamma must be finite, but is " + gamma);
    }
    reduction = reduction.notBatchMean();
  }

  /** The mean over all rows, without weights, with &gamma; = 2. */
  public SoftmaxFocalLoss() {
    this(null, 2, CrossEntropyLoss.IGNORE_INDEX, Reduction.MEAN);
  }

  /**
   * The same loss with class weights.
   *
   * @param newAlpha a weight per class, of shape (C), or one for all, of shape (); null for 1
   * @return a new loss
   */
  public SoftmaxFocalLoss withAlpha(@Nullable Tensor newAlpha) {
    return new SoftmaxFocalLoss(newAlpha, gamma, ignoreIndex, reduction);
  }

  /**
   * The same loss with another focus.
   *
   * @param newGamma any finite number
   * @return a new loss
   * @throws InvalidInputException if it is infinite or NaN
   */
  public SoftmaxFocalLoss withGamma(double newGamma) {
    return new SoftmaxFocalLoss(alpha, newGamma, ignoreIndex, reduction);
  }

  /**
   * The same loss with another label for rows that do not count.
   *
   * @param newIgnoreIndex any long
   * @return a new loss
   */
  public SoftmaxFocalLoss withIgnoreIndex(long newIgnoreIndex) {
    return new SoftmaxFocalLoss(alpha, gamma, newIgnoreIndex, reduction);
  }

  @Override
  public SoftmaxFocalLoss withReduction(Reduction newReduction) {
    return new SoftmaxFocalLoss(alpha, gamma, ignoreIndex, newReduction);
  }
}
