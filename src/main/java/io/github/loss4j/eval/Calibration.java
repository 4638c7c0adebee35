// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.ExactSum;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link Metric#CALIBRATION}: bins of equal width, each closed above, as in <a
 * href="https://arxiv.org/abs/1706.04599">C. Guo et al., On calibration of modern neural networks,
 * 2017</a>. Rows without a distribution are in none.
 */
final class Calibration implements Tally {
  private final int bins;
  private long[] rows;
  private long[] correct;
  private ExactSum[] confidence;

  Calibration(int bins) {
    this.bins = bins;
    rows = new long[bins];
    correct = new long[bins];
    confidence = new ExactSum[bins];
    for (int bin = 0; bin < bins; bin++) {
      confidence[bin] = new ExactSum();
    }
  }

  @Override
  public void add(RowBatch batch) {
    for (int row = 0; row < batch.count(); row++) {
      double p = batch.counts(row) ? batch.confidence(row) : Double.NaN;
      if (!Double.isNaN(p)) {
        int bin = binOf(p, bins);
        rows[bin]++;
        confidence[bin].add(p);
        if (batch.rank(row) == 0) {
          correct[bin]++;
        }
      }
    }
  }

  /**
   * The bin b with b / bins &lt; p &le; (b + 1) / bins, without rounding: fma has the sign of the
   * difference.
   */
  static int binOf(double p, int bins) {
    int bin = Math.clamp((long) (p * bins), 0, bins - 1);
    while (bin > 0 && Math.fma(p, bins, -bin) <= 0) {
      bin--;
    }
    while (bin < bins - 1 && Math.fma(p, bins, -(bin + 1.0)) > 0) {
      bin++;
    }
    return bin;
  }

  @Override
  public void merge(Tally other) {
    Calibration calibration = (Calibration) other;
    for (int bin = 0; bin < bins; bin++) {
      rows[bin] += calibration.rows[bin];
      correct[bin] += calibration.correct[bin];
      confidence[bin].merge(calibration.confidence[bin]);
    }
  }

  @Override
  public void exchange(TotalsForm form) {
    rows = form.counts("rows", rows);
    correct = form.counts("correct", correct);
    confidence = form.sums("sum_of_confidences", confidence);
  }

  List<ReliabilityBin> diagram() {
    List<ReliabilityBin> diagram = new ArrayList<>(bins);
    for (int bin = 0; bin < bins; bin++) {
      diagram.add(
          new ReliabilityBin(
              (double) bin / bins,
              (bin + 1.0) / bins,
              rows[bin],
              confidence[bin].value() / rows[bin],
              (double) correct[bin] / rows[bin]));
    }
    return diagram;
  }

  /** &sum; n<sub>b</sub> / n |accuracy<sub>b</sub> - confidence<sub>b</sub>|, NaN over nothing. */
  double expectedError() {
    long total = 0;
    double error = 0;
    for (int bin = 0; bin < bins; bin++) {
      total += rows[bin];
      error += Math.abs(correct[bin] - confidence[bin].value());
    }
    return error / total;
  }
}
