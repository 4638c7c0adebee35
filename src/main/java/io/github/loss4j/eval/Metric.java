// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.RowStatistic;
import java.util.Locale;
import java.util.Set;

/**
 * What an evaluation can tell beside the loss, the negative log-likelihood, its standard error and
 * perplexity, which it always tells.
 *
 * @see EvaluationOptions#metrics()
 */
public enum Metric {
  /** The share of rows whose label has the largest logit, the first of the largest. */
  ACCURACY,
  /**
   * The shares of rows whose label is among the k largest logits, of equal ones those of the
   * smaller index, and the mean of {@link RowStatistic#RANK} + 1.
   */
  RANK,
  /** The mean of {@link RowStatistic#ENTROPY}. */
  ENTROPY,
  /**
   * How far the largest probability is from the share of rows that it is right about: the
   * reliability diagram and the expected calibration error.
   */
  CALIBRATION,
  /** How many rows have a negative log-likelihood of which size. */
  HISTOGRAM,
  /** The rows of the largest losses. */
  WORST_ROWS,
  /**
   * The scores of segments, such as documents or continuations, how many of them greedy decoding
   * would have written, and the standard error over segments. Needs the segments' ids.
   */
  SEGMENTS;

  /**
   * Whether it is of the label, so that target probabilities have none.
   *
   * @return false for entropy, histogram and worst rows
   */
  public boolean needsLabels() {
    return this != ENTROPY && this != HISTOGRAM && this != WORST_ROWS;
  }

  /**
   * The statistics of the rows that it is made of. Only {@link io.github.loss4j.CrossEntropyLoss}
   * has any.
   *
   * @return none for what comes with every loss
   */
  public Set<RowStatistic> statistics() {
    return switch (this) {
      case RANK, SEGMENTS -> Set.of(RowStatistic.RANK);
      case ENTROPY -> Set.of(RowStatistic.ENTROPY);
      case CALIBRATION -> Set.of(RowStatistic.LARGEST_PROBABILITY, RowStatistic.RANK);
      case ACCURACY, HISTOGRAM, WORST_ROWS -> Set.of();
    };
  }

  /** Its name, as on the command line: {@code worst-rows}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
