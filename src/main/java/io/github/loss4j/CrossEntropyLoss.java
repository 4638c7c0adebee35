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
 * <p>Beyond PyTorch's class, and off by default:
 *
 * <ul>
 *   <li>the logits x of all formulas are the input u, capped and tempered: x = cap tanh(u / cap) /
 *       T with {@code softCap} cap and {@code temperature} T. Under a cap an infinite u has a
 *       finite logit. Gradients are with respect to u;
 *   <li>{@code zLoss} &lambda; adds &lambda; (log &sum;<sub>j</sub> exp x<sub>j</sub>)&sup2; to the
 *       loss of every row that is not ignored. Weights and smoothing do not touch that term; a mean
 *       divides it with the rest.
 * </ul>
 *
 * @param weight a weight per class, of shape (C) and the arithmetic type of the logits; null for 1
 * @param ignoreIndex the label of rows that do not count; any long, a valid class too
 * @param reduction what becomes of the per-row losses
 * @param labelSmoothing &epsilon;, from 0 to 1; as in PyTorch, less than 0 counts as 0
 * @param temperature what the capped input is divided by, positive; 1 for nothing. It and its
 *     reciprocal must be normal numbers in the arithmetic type
 * @param softCap what the logits stay below in magnitude, positive; infinite for no cap, else like
 *     the temperature. <a href="https://arxiv.org/abs/2408.00118">Gemma 2</a> has 30
 * @param zLoss &lambda;, not negative; 0 for none. <a
 *     href="https://arxiv.org/abs/2204.02311">PaLM</a> has 10<sup>-4</sup>
 * @see <a href="https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html">
 *     PyTorch</a>
 */
public record CrossEntropyLoss(
    @Nullable Tensor weight,
    long ignoreIndex,
    Reduction reduction,
    double labelSmoothing,
    double temperature,
    double softCap,
    double zLoss)
    implements ClassLoss {

  /** PyTorch's default for {@code ignore_index}. */
  public static final long IGNORE_INDEX = -100;

  /** Checks the parameters that need no input to be checked. */
  public CrossEntropyLoss {
    if (!(labelSmoothing <= 1)) {
      throw new InvalidInputException(
          "labelSmoothing must be between 0 and 1, but is " + labelSmoothing);
    }
    if (!(temperature > 0 && Double.isFinite(temperature))) {
      throw new InvalidInputException(
          "temperature must be positive and finite, but is " + temperature);
    }
    if (!(softCap > 0)) {
      throw new InvalidInputException(
          "softCap must be positive, or infinite for no cap, but is " + softCap);
    }
    if (!(zLoss >= 0 && Double.isFinite(zLoss))) {
      throw new InvalidInputException("zLoss must be finite and not negative, but is " + zLoss);
    }
    labelSmoothing = Math.max(0, labelSmoothing);
    reduction = reduction.notBatchMean();
  }

  /**
   * A loss with PyTorch's parameters only.
   *
   * @param weight a weight per class, of shape (C); null for 1
   * @param ignoreIndex the label of rows that do not count
   * @param reduction what becomes of the per-row losses
   * @param labelSmoothing &epsilon;, from 0 to 1
   */
  public CrossEntropyLoss(
      @Nullable Tensor weight, long ignoreIndex, Reduction reduction, double labelSmoothing) {
    this(weight, ignoreIndex, reduction, labelSmoothing, 1, Double.POSITIVE_INFINITY, 0);
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
    return new CrossEntropyLoss(
        newWeight, ignoreIndex, reduction, labelSmoothing, temperature, softCap, zLoss);
  }

  /**
   * The same loss with another label for rows that do not count.
   *
   * @param newIgnoreIndex any long
   * @return a new loss
   */
  public CrossEntropyLoss withIgnoreIndex(long newIgnoreIndex) {
    return new CrossEntropyLoss(
        weight, newIgnoreIndex, reduction, labelSmoothing, temperature, softCap, zLoss);
  }

  @Override
  public CrossEntropyLoss withReduction(Reduction newReduction) {
    return new CrossEntropyLoss(
        weight, ignoreIndex, newReduction, labelSmoothing, temperature, softCap, zLoss);
  }

  /**
   * The same loss with label smoothing.
   *
   * @param newLabelSmoothing &epsilon;, from 0 to 1
   * @return a new loss
   * @throws InvalidInputException if it is NaN or more than 1
   */
  public CrossEntropyLoss withLabelSmoothing(double newLabelSmoothing) {
    return new CrossEntropyLoss(
        weight, ignoreIndex, reduction, newLabelSmoothing, temperature, softCap, zLoss);
  }

  /**
   * The same loss of tempered logits.
   *
   * @param newTemperature what the capped input is divided by; 1 for nothing
   * @return a new loss
   * @throws InvalidInputException if it is not positive and finite
   */
  public CrossEntropyLoss withTemperature(double newTemperature) {
    return new CrossEntropyLoss(
        weight, ignoreIndex, reduction, labelSmoothing, newTemperature, softCap, zLoss);
  }

  /**
   * The same loss of capped logits.
   *
   * @param newSoftCap what the logits stay below in magnitude; infinite for no cap
   * @return a new loss
   * @throws InvalidInputException if it is not positive
   */
  public CrossEntropyLoss withSoftCap(double newSoftCap) {
    return new CrossEntropyLoss(
        weight, ignoreIndex, reduction, labelSmoothing, temperature, newSoftCap, zLoss);
  }

  /**
   * The same loss with a z-loss.
   *
   * @param newZLoss &lambda;; 0 for none
   * @return a new loss
   * @throws InvalidInputException if it is negative or not finite
   */
  public CrossEntropyLoss withZLoss(double newZLoss) {
    return new CrossEntropyLoss(
        weight, ignoreIndex, reduction, labelSmoothing, temperature, softCap, newZLoss);
  }
}
