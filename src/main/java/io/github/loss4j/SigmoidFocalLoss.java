// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/**
 * Focal loss of logits and binary targets, as {@code torchvision.ops.sigmoid_focal_loss}: with p =
 * &sigma;(x) and p<sub>t</sub> = p t + (1-p) (1-t), which is the probability of what the target
 * says
 *
 * <p>loss = (&alpha; t + (1-&alpha;) (1-t)) (1 - p<sub>t</sub>)<sup>&gamma;</sup> BCE(x, t),
 *
 * <p>where BCE is {@link BCEWithLogitsLoss}. The larger &gamma;, the less the elements that are
 * right anyway count.
 *
 * @param alpha &alpha;, the weight of the positive answer against the negative; less than 0 for
 *     none
 * @param gamma &gamma;, any finite number, usually from 0 to 5
 * @param reduction what becomes of the losses; a mean divides by their number
 * @see <a href="https://arxiv.org/abs/1708.02002">Lin et al., Focal loss for dense object
 *     detection</a>
 * @see <a
 *     href="https://docs.pytorch.org/vision/main/generated/torchvision.ops.sigmoid_focal_loss.html">torchvision</a>
 */
public record SigmoidFocalLoss(double alpha, double gamma, Reduction reduction)
    implements ElementLoss {

  /** Checks the parameters that need no input to be checked. */
  public SigmoidFocalLoss {
    if (!Double.isFinite(gamma)) {
      throw new InvalidInputException("gamma must be finite, but is " + gamma);
    }
    if (!(alpha <= 1)) {
      throw new InvalidInputException(
          "alpha must be from 0 to 1, or negative for none, but is " + alpha);
    }
    reduction = reduction.notBatchMean();
  }

  /** One loss per element, with torchvision's defaults: &alpha; = 0.25 and &gamma; = 2. */
  public SigmoidFocalLoss() {
    this(0.25, 2, Reduction.NONE);
  }

  /**
   * The same loss with another weight of the positive answer.
   *
   * @param newAlpha from 0 to 1; less than 0 for none
   * @return a new loss
   */
  public SigmoidFocalLoss withAlpha(double newAlpha) {
    return new SigmoidFocalLoss(newAlpha, gamma, reduction);
  }

  /**
   * The same loss with another focus.
   *
   * @param newGamma any finite number
   * @return a new loss
   */
  public SigmoidFocalLoss withGamma(double newGamma) {
    return new SigmoidFocalLoss(alpha, newGamma, reduction);
  }

  /**
   * The same loss with another reduction.
   *
   * @param newReduction what becomes of the losses
   * @return a new loss
   */
  public SigmoidFocalLoss withReduction(Reduction newReduction) {
    return new SigmoidFocalLoss(alpha, gamma, newReduction);
  }
}
