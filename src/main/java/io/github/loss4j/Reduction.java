// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/** What becomes of the losses of rows or elements, as in PyTorch's {@code reduction} argument. */
public enum Reduction {
  /** One loss per row or element, in their shape. */
  NONE,
  /**
   * The sum of the losses over their number; with class weights and index targets, but for {@link
   * SoftmaxFocalLoss}, over the sum of the rows' weights. Ignored rows count for nothing.
   */
  MEAN,
  /** The sum of the losses. */
  SUM,
  /** The sum of the losses over the first extent of the input; only {@link KLDivLoss} has it. */
  BATCHMEAN;

  /** Refuses {@link #BATCHMEAN} for a loss that does not have it. */
  Reduction notBatchMean() {
    if (this == BATCHMEAN) {
      throw new InvalidInputException(
          "reduction BATCHMEAN is for KLDivLoss only; use MEAN, SUM or NONE");
    }
    return this;
  }
}
