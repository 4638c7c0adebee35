// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import java.util.ArrayList;
import java.util.List;

/**
 * {@link Metric#HISTOGRAM}: bins with edges 2<sup>k/4</sup> from 2<sup>-20</sup> to 2<sup>14</sup>,
 * each the nearest double, one bin below and one above; NaN is counted apart.
 */
final class Histogram implements Tally {
  private static final int LEAST_EXPONENT = -20;
  private static final int END_EXPONENT = 14;

  /** 2^(0/4), 2^(1/4), 2^(2/4) and 2^(3/4). */
  private static final double[] STEPS = {
    1, 0x1.306fe0a31b715p0, 0x1.6a09e667f3bcdp0, 0x1.ae89f995ad3adp0
  };

  private static final long ONE = Double.doubleToRawLongBits(1);
  private static final long FRACTION = (1L << 52) - 1;

  private static final int BINS = (END_EXPONENT - LEAST_EXPONENT) * STEPS.length + 2;
  private static final double LEAST = Math.scalb(1.0, LEAST_EXPONENT);
  private static final double END = Math.scalb(1.0, END_EXPONENT);

  private long[] rows = new long[BINS];
  private long undefined;

  @Override
  public void add(RowBatch batch) {
    for (int row = 0; row < batch.count(); row++) {
      if (batch.counts(row)) {
        double x = batch.nll(row);
        if (Double.isNaN(x)) {
          undefined++;
        } else {
          rows[binOf(x)]++;
        }
      }
    }
  }

  static int binOf(double x) {
    if (x < LEAST) {
      return 0;
    }
    if (x >= END) {
      return BINS - 1;
    }
    long fraction = Double.doubleToRawLongBits(x) & FRACTION;
    double mantissa = Double.longBitsToDouble(fraction | ONE);
    int step = 0;
    for (int i = 1; i < STEPS.length; i++) {
      step += mantissa >= STEPS[i] ? 1 : 0;
    }
    return 1 + (Math.getExponent(x) - LEAST_EXPONENT) * STEPS.length + step;
  }

  /** Where a bin begins; the bin behind the last begins at +inf. */
  static double edge(int bin) {
    if (bin == 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (bin == BINS) {
      return Double.POSITIVE_INFINITY;
    }
    int steps = bin - 1;
    return Math.scalb(STEPS[steps % STEPS.length], LEAST_EXPONENT + steps / STEPS.length);
  }

  @Override
  public void merge(Tally other) {
    Histogram histogram = (Histogram) other;
    undefined += histogram.undefined;
    for (int bin = 0; bin < BINS; bin++) {
      rows[bin] += histogram.rows[bin];
    }
  }

  @Override
  public void exchange(TotalsForm form) {
    rows = form.counts("rows", rows);
    undefined = form.count("nan", undefined);
  }

  List<HistogramBin> bins() {
    List<HistogramBin> bins = new ArrayList<>(BINS);
    for (int bin = 0; bin < BINS; bin++) {
      bins.add(new HistogramBin(edge(bin), edge(bin + 1), rows[bin]));
    }
    return bins;
  }

  /** How many rows are NaN. */
  long undefined() {
    return undefined;
  }
}
