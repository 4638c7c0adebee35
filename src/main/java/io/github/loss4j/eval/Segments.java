// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.ExactSum;

/**
 * Segments that are complete, and the standard error over them: means of segments drawn with
 * replacement. Each segment takes part in a replicate as often as a Poisson number of mean 1 says,
 * which depends only on the segment's id and the replicate, so that replicates merge; see <a
 * href="https://research.google/pubs/pub43157/">N. Chamandy et al., Estimating uncertainty for
 * massive data streams, 2012</a>.
 */
final class Segments implements Tally {
  private final int replicates;
  private long count;
  private long greedy;
  private long[] drawnRows;
  private ExactSum[] drawnSums;

  Segments(int replicates) {
    this.replicates = replicates;
    drawnRows = new long[replicates];
    drawnSums = new ExactSum[replicates];
    for (int i = 0; i < replicates; i++) {
      drawnSums[i] = new ExactSum();
    }
  }

  /** Nothing: a row alone is no segment. */
  @Override
  public void add(RowBatch rows) {}

  void add(SegmentScore score) {
    count++;
    if (score.greedy()) {
      greedy++;
    }
    for (int i = 0; i < replicates; i++) {
      int times = Poisson.draw(score.segment(), i);
      drawnRows[i] += times * score.rows();
      drawnSums[i].add(score.nll(), times);
    }
  }

  @Override
  public void merge(Tally other) {
    Segments segments = (Segments) other;
    count += segments.count;
    greedy += segments.greedy;
    for (int i = 0; i < replicates; i++) {
      drawnRows[i] += segments.drawnRows[i];
      drawnSums[i].merge(segments.drawnSums[i]);
    }
  }

  @Override
  public void exchange(TotalsForm form) {
    count = form.count("count", count);
    greedy = form.count("greedy", greedy);
    drawnRows = form.counts("replicate_rows", drawnRows);
    drawnSums = form.sums("replicate_sums", drawnSums);
  }

  long count() {
    return count;
  }

  /** How many segments greedy decoding would have written. */
  long greedy() {
    return greedy;
  }

  /** The standard deviation of the replicates' means; NaN below two segments or replicates. */
  double standardError() {
    if (count < 2) {
      return Double.NaN;
    }
    Moments means = new Moments();
    for (int i = 0; i < replicates; i++) {
      if (drawnRows[i] > 0) {
        means.add(drawnSums[i].value() / drawnRows[i]);
      }
    }
    return means.standardDeviation();
  }
}
