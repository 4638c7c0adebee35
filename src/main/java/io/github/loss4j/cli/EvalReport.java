// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.Metric;
import io.github.loss4j.eval.WorstRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@code loss4j eval} found. What was not asked for is null, and where and how fast it was
 * computed if the totals were read.
 *
 * @param loss the name of the loss
 * @param reduction the reduction that was asked for
 * @param mean the mean loss, NaN over nothing
 * @param sum the sum of the losses
 * @param nll the mean negative log-likelihood, in nats
 * @param standardError of the mean negative log-likelihood
 * @param perplexity e to the mean negative log-likelihood
 * @param bitsPerToken the mean negative log-likelihood in bits
 * @param bitsPerByte the negative log-likelihood in bits over the size of the text
 * @param accuracy the share of rows whose target has the largest logit, from 0 to 1
 * @param topK the shares of rows whose target is among the k largest logits, by k
 * @param meanRank the mean place of the targets among the logits, from 1
 * @param entropy the mean entropy, in nats
 * @param calibrationError the expected calibration error
 * @param segments the number of segments
 * @param greedySegments those that greedy decoding would have written
 * @param segmentStandardError of the mean negative log-likelihood, over segments
 * @param worstRows the rows of the largest losses
 * @param rows all rows
 * @param ignored those that did not count
 * @param backend the backend that computed
 * @param device the device that computed
 * @param seconds what reading and computing took, without opening files and devices
 * @param gbPerSecond 10<sup>9</sup> bytes of logits per second
 */
record EvalReport(
    String loss,
    String reduction,
    double mean,
    double sum,
    double nll,
    double standardError,
    double perplexity,
    double bitsPerToken,
    @Nullable Double bitsPerByte,
    @Nullable Double accuracy,
    @Nullable Map<Integer, Double> topK,
    @Nullable Double meanRank,
    @Nullable Double entropy,
    @Nullable Double calibrationError,
    @Nullable Long segments,
    @Nullable Long greedySegments,
    @Nullable Double segmentStandardError,
    @Nullable List<WorstRow> worstRows,
    long rows,
    long ignored,
    @Nullable String backend,
    @Nullable String device,
    @Nullable Double seconds,
    @Nullable Double gbPerSecond) {

  private static final double BYTES_PER_GB = 1e9;

  /**
   * The report of totals.
   *
   * @param run what computed them; null if they were read
   * @param bytes those of the logits
   */
  static EvalReport of(
      String reduction,
      EvaluationTotals totals,
      @Nullable Long textBytes,
      @Nullable EvalRun run,
      long bytes) {
    return new EvalReport(
        totals.parameters().getOrDefault("loss", ""),
        reduction,
        totals.meanLoss(),
        totals.lossSum(),
        totals.meanNll(),
        totals.standardError(),
        totals.perplexity(),
        totals.bitsPerToken(),
        textBytes == null ? null : totals.bitsPerByte(textBytes),
        ifKept(totals, Metric.ACCURACY, totals::accuracy),
        ifKept(totals, Metric.RANK, () -> topK(totals)),
        ifKept(totals, Metric.RANK, totals::meanRank),
        ifKept(totals, Metric.ENTROPY, totals::meanEntropy),
        ifKept(totals, Metric.CALIBRATION, totals::expectedCalibrationError),
        ifKept(totals, Metric.SEGMENTS, totals::segments),
        ifKept(totals, Metric.SEGMENTS, totals::greedySegments),
        ifKept(totals, Metric.SEGMENTS, totals::segmentStandardError),
        ifKept(totals, Metric.WORST_ROWS, totals::worstRows),
        totals.rows(),
        totals.ignored(),
        run == null ? null : run.backend(),
        run == null ? null : run.device(),
        run == null ? null : run.seconds(),
        run == null ? null : bytes / run.seconds() / BYTES_PER_GB);
  }

  private static <T> @Nullable T ifKept(EvaluationTotals totals, Metric metric, Supplier<T> value) {
    return totals.options().metrics().contains(metric) ? value.get() : null;
  }

  private static Map<Integer, Double> topK(EvaluationTotals totals) {
    EvaluationOptions options = totals.options();
    SequencedMap<Integer, Double> shares = new LinkedHashMap<>();
    options.topK().forEach(k -> shares.put(k, totals.topKAccuracy(k)));
    return shares;
  }

  /** The report for a person. */
  String table() {
    Table table = new Table();
    switch (reduction) {
      case "mean" -> table.add("mean " + lossName(), number("%.6g", mean));
      case "sum" -> table.add("sum of " + lossName(), number("%.6g", sum));
      default -> {}
    }
    table.add("perplexity", number("%.6g", perplexity));
    table.add("bits per token", number("%.6g", bitsPerToken));
    add(table, "bits per byte", "%.6g", bitsPerByte);
    table.add("standard error of NLL", number("%.2g", standardError));
    add(table, "  over segments", "%.2g", segmentStandardError);
    add(table, "accuracy", "%.4f %%", percent(accuracy));
    if (topK != null) {
      topK.forEach((k, share) -> add(table, "top " + k, "%.4f %%", percent(share)));
    }
    add(table, "mean rank", "%.6g", meanRank);
    add(table, "mean entropy", "%.6g", entropy);
    add(table, "calibration error", "%.4f %%", percent(calibrationError));
    add(table, "segments", "%,d", segments);
    add(table, "greedy segments", "%,d", greedySegments);
    table.add("rows", number("%,d", rows));
    table.add("ignored rows", number("%,d", ignored));
    if (worstRows != null) {
      worstRows.forEach(
          row -> table.add("worst row " + number("%,d", row.row()), number("%.6g", row.loss())));
    }
    if (backend != null && device != null && seconds != null && gbPerSecond != null) {
      table.add("backend", backend);
      table.add("device", device);
      table.add("time", number("%.3f s, ", seconds) + number("%.2f GB/s", gbPerSecond));
    }
    return table.toString();
  }

  /** Weighted or smoothed, the loss is another number than the negative log-likelihood. */
  private String lossName() {
    return Double.compare(mean, nll) == 0 ? "NLL" : "loss";
  }

  private static @Nullable Double percent(@Nullable Double share) {
    return share == null ? null : Double.valueOf(100 * share);
  }

  private static void add(Table table, String name, String format, @Nullable Number value) {
    if (value != null) {
      table.add(name, number(format, value));
    }
  }

  private static String number(String format, Number value) {
    return String.format(Locale.ROOT, format, value);
  }
}
