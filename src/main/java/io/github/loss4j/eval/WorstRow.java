// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import java.util.Comparator;

/**
 * A row of a large loss.
 *
 * @param row its index among all rows of the evaluation, or what it was called there
 * @param loss its loss
 */
public record WorstRow(long row, double loss) implements Comparable<WorstRow> {
  private static final Comparator<WorstRow> ORDER =
      Comparator.comparingDouble(WorstRow::loss).reversed().thenComparingLong(WorstRow::row);

  /** The larger loss first, NaN before all others; of equal ones the smaller index. */
  @Override
  public int compareTo(WorstRow other) {
    return ORDER.compare(this, other);
  }
}
