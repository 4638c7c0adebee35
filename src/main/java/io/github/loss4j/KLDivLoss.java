// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/**
 * Kullback-Leibler divergence, as {@code torch.nn.KLDivLoss}: with a log-probability x as input and
 * a probability t as target, per element
 *
 * <p>loss = t (log t - x), 0 log 0 being 0; or e<sup>t</sup> (t - x) if the target is a
 * log-probability too.
 *
 * <p>Unlike in other losses, input and target may have different shapes: they are broadcast against
 * each other, and the losses have the shape that comes of it. {@link Reduction#BATCHMEAN} is the
 * divergence as mathematics has it; {@link Reduction#MEAN}, PyTorch's default, divides by the
 * number of elements.
 *
 * @param reduction what becomes of the losses
 * @param logTarget whether the target is log-probabilities
 * @see <a href="https://docs.pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html">PyTorch</a>
 */
public record KLDivLoss(Reduction reduction, boolean logTarget) implements ElementLoss {

  /** The mean over all elements, with PyTorch's defaults. */
  public KLDivLoss() {
    this(Reduction.MEAN, false);
  }

  /**
   * The same loss with another reduction.
   *
   * @param newReduction what becomes of the losses
   * @return a new loss
   */
  public KLDivLoss withReduction(Reduction newReduction) {
    return new KLDivLoss(newReduction, logTarget);
  }

  /**
   * The same loss for targets of the other kind.
   *
   * @param newLogTarget whether the target is log-probabilities
   * @return a new loss
   */
  public KLDivLoss withLogTarget(boolean newLogTarget) {
    return new KLDivLoss(reduction, newLogTarget);
  }
}
