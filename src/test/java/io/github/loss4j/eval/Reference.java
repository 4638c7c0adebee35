// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Metrics by their definitions, in float64, with every row in memory. */
final class Reference {
  final List<Row> counted = new ArrayList<>();
  final double[] nll;
  final double[] entropy;

  private final Sample sample;

  /** A row's logits and label. */
  static final class Row {
    private final double[] logits;
    private final int label;

    Row(double[] logits, int label) {
      this.logits = logits;
      this.label = label;
    }

    double nll() {
      return -Math.log(p(label));
    }

    double p(int c) {
      double most = logits[first()];
      double sum = 0;
      for (double x : logits) {
        sum += Math.exp(x - most);
      }
      return Math.exp(logits[c] - most) / sum;
    }

    /** The first of the largest. */
    int first() {
      int first = 0;
      for (int c = 1; c < logits.length; c++) {
        if (logits[c] > logits[first]) {
          first = c;
        }
      }
      return first;
    }

    int place() {
      int before = 0;
      for (int c = 0; c < logits.length; c++) {
        if (logits[c] > logits[label] || (logits[c] == logits[label] && c < label)) {
          before++;
        }
      }
      return before + 1;
    }

    double entropy() {
      double sum = 0;
      for (int c = 0; c < logits.length; c++) {
        double p = p(c);
        sum -= p == 0 ? 0 : p * Math.log(p);
      }
      return sum;
    }
  }

  Reference(Sample sample) {
    this.sample = sample;
    for (int row = 0; row < sample.rows(); row++) {
      if (sample.counts(row)) {
        counted.add(row(row));
      }
    }
    nll = all(Row::nll);
    entropy = all(Row::entropy);
  }

  private Row row(int row) {
    float[] logits = sample.row(row);
    return new Row(
        IntStream.range(0, logits.length).mapToDouble(c -> logits[c]).toArray(),
        (int) sample.label(row));
  }

  private double[] all(ToDoubleFunction<Row> value) {
    return counted.stream().mapToDouble(value).toArray();
  }

  int rows() {
    return sample.rows();
  }

  double nllOfRow(long row) {
    return row((int) row).nll();
  }

  double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  double standardError() {
    double mean = mean(nll);
    double squares = 0;
    for (double x : nll) {
      squares += (x - mean) * (x - mean);
    }
    return Math.sqrt(squares / (nll.length - 1) / nll.length);
  }

  double accuracy() {
    return within(1);
  }

  double within(int k) {
    return (double) counted.stream().filter(row -> row.place() <= k).count() / counted.size();
  }

  double meanRank() {
    return mean(all(Row::place));
  }

  /** Guo et al., 2017, equation 3. */
  double expectedCalibrationError(int bins) {
    double error = 0;
    for (int bin = 0; bin < bins; bin++) {
      double low = (double) bin / bins;
      double high = (bin + 1.0) / bins;
      List<Row> within =
          counted.stream().filter(row -> confidence(row) > low && confidence(row) <= high).toList();
      double confidence = within.stream().mapToDouble(Reference::confidence).sum();
      long correct = within.stream().filter(row -> row.place() == 1).count();
      error += Math.abs(correct - confidence);
    }
    return error / counted.size();
  }

  /** As a float, which it is when it is binned. */
  private static double confidence(Row row) {
    return (float) row.p(row.first());
  }

  List<SegmentScore> segments(long[] ids) {
    List<SegmentScore> segments = new ArrayList<>();
    for (int from = 0; from < ids.length; ) {
      int to = from;
      double sum = 0;
      int rows = 0;
      boolean greedy = true;
      for (; to < ids.length && ids[to] == ids[from]; to++) {
        if (sample.counts(to)) {
          rows++;
          sum += row(to).nll();
          greedy &= row(to).place() == 1;
        }
      }
      segments.add(new SegmentScore(ids[from], from, rows, sum, greedy));
      from = to;
    }
    return segments;
  }
}
