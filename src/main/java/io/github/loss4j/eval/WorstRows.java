// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import java.util.List;
import java.util.TreeSet;

/** {@link Metric#WORST_ROWS}: the first of all rows in the order of {@link WorstRow}. */
final class WorstRows implements Tally {
  private final int most;
  private final TreeSet<WorstRow> worst = new TreeSet<>();

  WorstRows(int most) {
    this.most = most;
  }

  @Override
  public void add(RowBatch rows) {
    double least = least();
    for (int row = 0; row < rows.count(); row++) {
      if (rows.counts(row) && Double.compare(rows.loss(row), least) >= 0) {
        add(new WorstRow(rows.index(row), rows.loss(row)));
        least = least();
      }
    }
  }

  /** Rows of a smaller loss are none of the worst. */
  private double least() {
    return worst.size() < most ? Double.NEGATIVE_INFINITY : worst.last().loss();
  }

  private void add(WorstRow row) {
    if (worst.size() < most) {
      worst.add(row);
    } else if (row.compareTo(worst.last()) < 0 && worst.add(row)) {
      worst.pollLast();
    }
  }

  @Override
  public void merge(Tally other) {
    ((WorstRows) other).worst.forEach(this::add);
  }

  @Override
  public void exchange(TotalsForm form) {
    int count = Math.toIntExact(form.count("count", worst.size()));
    if (count > most) {
      throw new InvalidTotalsException(
          "%d worst rows where there are at most %d".formatted(count, most));
    }
    List<WorstRow> rows = List.copyOf(worst);
    worst.clear();
    for (int i = 0; i < count; i++) {
      WorstRow row = i < rows.size() ? rows.get(i) : new WorstRow(0, 0);
      form.group(
          "row" + i,
          () ->
              worst.add(
                  new WorstRow(form.integer("row", row.row()), form.number("loss", row.loss()))));
    }
  }

  List<WorstRow> rows() {
    return List.copyOf(worst);
  }
}
