// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.HistogramBin;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The histogram of the negative log-likelihoods: the bins that have rows, and those between.
 *
 * @param bins from left to right; empty if no row is in a bin with two edges
 * @param x the ticks of the horizontal axis
 * @param y the ticks of the vertical axis, places from above
 * @param mean where the mean is; null if it is outside
 * @param apart rows that are in none of the bins drawn
 */
record HistogramChart(
    List<Bin> bins, List<Tick> x, List<Tick> y, @Nullable Tick mean, List<Apart> apart) {

  /** So many that the axis has ticks. */
  private static final int LEAST_BINS = 16;

  /**
   * A bin.
   *
   * @param bar its bar, without height where it has no rows
   * @param low where it begins
   * @param high where it ends
   * @param count how many rows, for programs
   * @param rows how many rows
   * @param share of all rows that count
   */
  record Bin(Bar bar, String low, String high, String count, String rows, String share) {}

  /**
   * Rows that are not drawn.
   *
   * @param what which
   * @param count how many, for programs
   * @param rows how many
   */
  record Apart(String what, String count, String rows) {}

  /** Whether there is anything to draw. */
  boolean drawn() {
    return !bins.isEmpty();
  }

  static HistogramChart of(EvaluationTotals totals) {
    List<HistogramBin> all = totals.histogram();
    long counted = totals.rows() - totals.ignored();
    HistogramBin below = all.getFirst();
    HistogramBin above = all.getLast();
    List<Apart> apart = new ArrayList<>();
    add(apart, "below " + Numbers.number(below.high(), 3), below.rows());
    add(apart, "of " + Numbers.count((long) above.low()) + " or more", above.rows());
    add(apart, "of NaN", counted - all.stream().mapToLong(HistogramBin::rows).sum());
    List<HistogramBin> shown = occupied(all.subList(1, all.size() - 1));
    if (shown.isEmpty()) {
      return new HistogramChart(List.of(), List.of(), List.of(), null, apart);
    }
    LogAxis axis = new LogAxis(shown.getFirst().low(), shown.getLast().high());
    double largest =
        (double) shown.stream().mapToLong(HistogramBin::rows).max().orElse(0) / counted;
    double end = Tick.end(largest);
    return new HistogramChart(
        shown.stream().map(bin -> bin(bin, axis, counted, end)).toList(),
        axis.ticks(),
        Tick.shares(largest).stream().map(Tick::fromBelow).toList(),
        mean(axis, totals.meanNll()),
        apart);
  }

  private static void add(List<Apart> apart, String what, long rows) {
    if (rows > 0) {
      apart.add(new Apart(what, Long.toString(rows), Numbers.plural(rows, "row")));
    }
  }

  /** From the first bin with rows to the last, and as many more on both sides as an axis needs. */
  private static List<HistogramBin> occupied(List<HistogramBin> bins) {
    int from = 0;
    int to = bins.size();
    while (from < to && bins.get(from).rows() == 0) {
      from++;
    }
    while (to > from && bins.get(to - 1).rows() == 0) {
      to--;
    }
    if (from == to) {
      return List.of();
    }
    while (to - from < LEAST_BINS) {
      from = Math.max(0, from - 1);
      to = Math.min(bins.size(), to + 1);
    }
    return bins.subList(from, to);
  }

  private static Bin bin(HistogramBin bin, LogAxis axis, long counted, double end) {
    double share = (double) bin.rows() / counted;
    return new Bin(
        Bar.of(axis.share(bin.low()), axis.share(bin.high()), 0, share / end),
        Numbers.number(bin.low(), 3),
        Numbers.number(bin.high(), 3),
        Long.toString(bin.rows()),
        Numbers.count(bin.rows()),
        Numbers.roughPercent(share));
  }

  private static @Nullable Tick mean(LogAxis axis, double mean) {
    return axis.holds(mean)
        ? new Tick(Tick.at(axis.share(mean)), "mean " + Numbers.number(mean, 3))
        : null;
  }
}
