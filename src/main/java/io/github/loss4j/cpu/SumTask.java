// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.ExactSum;
import io.github.loss4j.LossTotals;
import io.github.loss4j.Tensor;

/** The sum of losses, which every thread adds to. */
final class SumTask implements RowTask {
  private final Tensor losses;
  private final LossTotals totals;

  SumTask(Tensor losses, LossTotals totals) {
    this.losses = losses.reshape(losses.size());
    this.totals = totals;
  }

  @Override
  public void compute(long row) {
    compute(row, row + 1);
  }

  @Override
  public void compute(long from, long to) {
    ExactSum part = new ExactSum();
    part.add(losses.slice(from, to - from));
    synchronized (totals) {
      totals.addLosses(part, to - from);
    }
  }
}
