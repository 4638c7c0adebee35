// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.ExactSum;
import io.github.loss4j.Tensor;

/** {@link Metric#ENTROPY}: how undecided the predicted distributions are. */
final class MeanEntropy implements Tally {
  private long count;
  private ExactSum sum = new ExactSum();

  @Override
  public void add(RowBatch rows) {
    Tensor entropies = rows.entropies();
    if (entropies != null) {
      count += rows.count();
      sum.add(entropies);
      return;
    }
    for (int row = 0; row < rows.count(); row++) {
      if (rows.counts(row)) {
        count++;
        sum.add(rows.entropy(row));
      }
    }
  }

  @Override
  public void merge(Tally other) {
    MeanEntropy entropy = (MeanEntropy) other;
    count += entropy.count;
    sum.merge(entropy.sum);
  }

  @Override
  public void exchange(TotalsForm form) {
    count = form.count("count", count);
    sum = form.sum("sum", sum);
  }

  double mean() {
    return sum.value() / count;
  }
}
