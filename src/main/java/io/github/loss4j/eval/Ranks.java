// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.ExactSum;
import java.util.List;

/** {@link Metric#RANK}: at which place among the logits, from the largest, the labels stand. */
final class Ranks implements Tally {
  private final int[] topK;
  private long count;
  private long[] within;
  private ExactSum sum = new ExactSum();

  Ranks(List<Integer> topK) {
    this.topK = topK.stream().mapToInt(Integer::intValue).toArray();
    this.within = new long[topK.size()];
  }

  @Override
  public void add(RowBatch rows) {
    long places = 0;
    for (int row = 0; row < rows.count(); row++) {
      if (rows.counts(row)) {
        int rank = rows.rank(row);
        places += rank + 1L;
        for (int i = 0; i < topK.length; i++) {
          within[i] += rank < topK[i] ? 1 : 0;
        }
      }
    }
    count += rows.counted();
    // Halves, as a double holds 53 bits.
    sum.add((places >>> Integer.SIZE) * 0x1p32);
    sum.add((double) Integer.toUnsignedLong((int) places));
  }

  @Override
  public void merge(Tally other) {
    Ranks ranks = (Ranks) other;
    count += ranks.count;
    sum.merge(ranks.sum);
    for (int i = 0; i < within.length; i++) {
      within[i] += ranks.within[i];
    }
  }

  @Override
  public void exchange(TotalsForm form) {
    count = form.count("count", count);
    within = form.counts("within_top_k", within);
    sum = form.sum("sum_of_places", sum);
  }

  /** The share of rows among the k-th of the options' top k. */
  double share(int i) {
    return (double) within[i] / count;
  }

  /** The mean place, 1 for the largest logit. */
  double mean() {
    return sum.value() / count;
  }
}
