// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/**
 * A number per row that {@link CrossEntropyLoss} can give beside its loss, computed in the same
 * call.
 *
 * <p>They are of the logits x that the loss is of, capped and tempered where the loss asks for it,
 * with p<sub>c</sub> = exp x<sub>c</sub> / &sum;<sub>j</sub> exp x<sub>j</sub>. Rows without a
 * distribution (with NaN or +inf, or of nothing but -inf) have NaN as every statistic of a floating
 * type.
 *
 * @see Request#withStatistics
 * @see LossResult#statistic
 */
public enum RowStatistic {
  /**
   * -log p<sub>y</sub> of the label y, without weight, smoothing and z-loss; 0 for an ignored row.
   * Needs labels; of the arithmetic type.
   */
  NLL,
  /** log &sum;<sub>j</sub> exp x<sub>j</sub>; of the arithmetic type. */
  LOG_SUM_EXP,
  /**
   * The first class of the largest logit, NaN counting as largest, as torch.argmax; of type I32.
   */
  ARGMAX,
  /**
   * How many classes come before the label: those of a larger logit, or of an equal one and a
   * smaller index, NaN counting as largest. 0 if the label is the {@link #ARGMAX}, so that a row is
   * right among the top k if its rank is less than k; -1 for an ignored row. Needs labels; of type
   * I32.
   */
  RANK,
  /** -&sum;<sub>j</sub> p<sub>j</sub> log p<sub>j</sub>, 0 log 0 = 0; of the arithmetic type. */
  ENTROPY,
  /** max<sub>j</sub> p<sub>j</sub>, the model's confidence; of the arithmetic type. */
  LARGEST_PROBABILITY;

  /**
   * Whether it is of the label, so that target probabilities have none.
   *
   * @return true for NLL and RANK
   */
  public boolean needsLabels() {
    return this == NLL || this == RANK;
  }

  /**
   * The type of its elements.
   *
   * @param arithmetic the arithmetic type of the logits
   * @return I32 for ARGMAX and RANK, else the arithmetic type
   */
  public DType dtype(DType arithmetic) {
    return this == ARGMAX || this == RANK ? DType.I32 : arithmetic;
  }
}
