// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.ExactSum;
import java.util.function.Consumer;

/**
 * The segment that is under way: its rows come one after the other, possibly in several batches.
 */
final class SegmentRun {
  private long segment;
  private long firstRow;
  private long rows;
  private ExactSum nll = new ExactSum();
  private boolean greedy;
  private boolean open;

  /** Adds the next row; a row of another id completes the segment before it. */
  void add(long id, RowBatch batch, int row, Consumer<SegmentScore> completed) {
    if (open && id != segment) {
      close(completed);
    }
    if (!open) {
      open = true;
      segment = id;
      firstRow = batch.index(row);
      rows = 0;
      nll = new ExactSum();
      greedy = true;
    }
    if (batch.counts(row)) {
      rows++;
      nll.add(batch.nll(row));
      greedy &= batch.rank(row) == 0;
    }
  }

  /** Completes the segment that is under way, if one is. */
  void close(Consumer<SegmentScore> completed) {
    if (open) {
      open = false;
      completed.accept(new SegmentScore(segment, firstRow, rows, nll.value(), greedy));
    }
  }

  void exchange(TotalsForm form) {
    open = form.count("open", open ? 1 : 0) == 1;
    segment = form.integer("segment", segment);
    firstRow = form.count("first_row", firstRow);
    rows = form.count("rows", rows);
    nll = form.sum("nll", nll);
    greedy = form.count("greedy", greedy ? 1 : 0) == 1;
  }
}
