// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/**
 * What a {@link LossSession} computed.
 *
 * @param loss the reduced loss, a scalar; for {@link Reduction#NONE} one loss per row, in the rows'
 *     shape. Of the arithmetic type of the input
 * @param totals the exact totals over the rows, which can be merged with those of other batches
 * @param backend the name of the backend that computed
 * @param device the name of the device that computed
 */
public record LossResult(Tensor loss, LossTotals totals, String backend, String device) {

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
