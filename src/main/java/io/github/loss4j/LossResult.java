// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import java.util.Map;

/**
 * What a {@link LossSession} computed.
 *
 * @param loss the reduced loss, a scalar; for {@link Reduction#NONE} one loss per row, in the rows'
 *     shape. Of the arithmetic type of the input
 * @param totals the exact totals over the rows, which can be merged with those of other batches
 * @param backend the name of the backend that computed
 * @param device the name of the device that computed
 * @param statistics those of the rows that were asked for
 */
public record LossResult(
    Tensor loss,
    LossTotals totals,
    String backend,
    String device,
    Map<RowStatistic, Tensor> statistics) {

  /** Keeps its own map of statistics. */
  public LossResult {
    statistics = Map.copyOf(statistics);
  }

  /**
   * A statistic of the rows.
   *
   * @param statistic one that {@link Request#withStatistics} asked for
   * @return one element per row, in the rows' shape: I32 for {@link RowStatistic#ARGMAX} and {@link
   *     RowStatistic#RANK}, else of the arithmetic type of the input
   * @throws InvalidInputException if it was not asked for
   */
  public Tensor statistic(RowStatistic statistic) {
    Tensor tensor = statistics.get(statistic);
    if (tensor == null) {
      throw new InvalidInputException(
          "the statistic %s was not requested; ask for it with Request.withStatistics"
              .formatted(statistic));
    }
    return tensor;
  }

  /**
   * The reduced loss before it is rounded to the type of {@link #loss()}: the exact sum over the
   * rows, rounded once, and for a mean divided once.
   *
   * @return the value of the reduction; for {@link Reduction#NONE} the sum
   */
  public double value() {
    return totals.value();
  }
}
