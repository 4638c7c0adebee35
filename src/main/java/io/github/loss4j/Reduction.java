// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/** What becomes of the per-row losses, as in PyTorch's {@code reduction} argument. */
public enum Reduction {
  /** One loss per row, in the shape of the rows. */
  NONE,
  /**
   * The sum of the losses over their number; with class weights and index targets, over the sum of
   * the rows' weights. Ignored rows count for nothing.
   */
  MEAN,
  /** The sum of the losses. */
  SUM
}
