// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/**
 * What is computed: an immutable description with PyTorch's parameter names and defaults, which
 * executes nothing. A {@link LossSession} computes it.
 *
 * <p>A {@link ClassLoss} has one loss per <em>row</em> of classes, an {@link ElementLoss} one per
 * element.
 */
public sealed interface Loss permits ClassLoss, ElementLoss {

  /**
   * What becomes of the per-row losses.
   *
   * @return the reduction
   */
  Reduction reduction();
}
