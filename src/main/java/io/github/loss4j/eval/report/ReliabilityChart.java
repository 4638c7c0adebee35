// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.ReliabilityBin;
import java.util.List;

/**
 * The reliability diagram, and below it how many rows are in each bin.
 *
 * @param bins those that have rows, from left to right
 * @param x the ticks of the horizontal axis
 * @param y the ticks of the vertical axis, places from above
 * @param most the end of the vertical axis of the shares of rows
 * @param number how many bins there are
 */
record ReliabilityChart(List<Bin> bins, List<Tick> x, List<Tick> y, Tick most, String number) {

  private static final int MOST_BINS_BESIDE = 20;

  /**
   * A bin.
   *
   * @param bar as high as its accuracy
   * @param center its middle
   * @param end its right edge
   * @param mean where its mean confidence is, from above
   * @param countBar as high as its share of the rows
   * @param confidences from where to where, in percent
   * @param count how many rows, for programs
   * @param rows how many rows
   * @param confidence the mean confidence, in percent
   * @param exactConfidence the same for programs
   * @param accuracy the accuracy, in percent
   * @param exactAccuracy the same for programs
   */
  record Bin(
      Bar bar,
      String center,
      String end,
      String mean,
      Bar countBar,
      String confidences,
      String count,
      String rows,
      String confidence,
      String exactConfidence,
      String accuracy,
      String exactAccuracy) {}

  /** Whether there is anything to draw. */
  boolean drawn() {
    return !bins.isEmpty();
  }

  /** Whether there are so few bins that their numbers find room beside the diagram. */
  boolean brief() {
    return bins.size() <= MOST_BINS_BESIDE;
  }

  static ReliabilityChart of(EvaluationTotals totals) {
    List<ReliabilityBin> all = totals.reliability();
    long rows = all.stream().mapToLong(ReliabilityBin::rows).sum();
    long fullest = all.stream().mapToLong(ReliabilityBin::rows).max().orElse(0);
    double largest = rows == 0 ? 0 : (double) fullest / rows;
    double end = Tick.end(largest);
    return new ReliabilityChart(
        all.stream().filter(bin -> bin.rows() > 0).map(bin -> bin(bin, rows, end)).toList(),
        Tick.shares(),
        Tick.shares().stream().map(Tick::fromBelow).toList(),
        Tick.shares(largest).getLast().fromBelow(),
        Numbers.plural(all.size(), "bin"));
  }

  private static Bin bin(ReliabilityBin bin, long rows, double end) {
    return new Bin(
        Bar.of(bin.low(), bin.high(), 0, bin.accuracy()),
        Tick.at((bin.low() + bin.high()) / 2),
        Tick.at(bin.high()),
        Tick.at(1 - bin.confidence()),
        Bar.of(bin.low(), bin.high(), 0, (double) bin.rows() / rows / end),
        edge(bin.low()) + " to " + edge(bin.high()),
        Long.toString(bin.rows()),
        Numbers.count(bin.rows()),
        percent(bin.confidence()),
        Double.toString(bin.confidence()),
        percent(bin.accuracy()),
        Double.toString(bin.accuracy()));
  }

  private static String edge(double share) {
    return Numbers.decimals(100 * share, 2).replaceFirst("\\.?0+$", "");
  }

  private static String percent(double share) {
    return Numbers.decimals(100 * share, 2);
  }
}
