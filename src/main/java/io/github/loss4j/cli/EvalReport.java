// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.LossTotals;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@code loss4j eval} found.
 *
 * @param loss the name of the loss
 * @param reduction the reduction that was asked for
 * @param mean the mean loss, NaN over nothing
 * @param sum the sum of the losses
 * @param perplexity e to the mean
 * @param accuracy the share of rows whose target has the largest logit, from 0 to 1; null for
 *     target probabilities
 * @param rows all rows
 * @param ignored those that did not count
 * @param backend the backend that computed
 * @param device the device that computed
 * @param seconds what computing took, without opening files and devices
 * @param gbPerSecond 10<sup>9</sup> bytes of logits per second
 */
record EvalReport(
    String loss,
    String reduction,
    double mean,
    double sum,
    double perplexity,
    @Nullable Double accuracy,
    long rows,
    long ignored,
    String backend,
    String device,
    double seconds,
    double gbPerSecond) {

  static EvalReport of(
      LossOptions options, Evaluation evaluation, long bytes, boolean probabilities) {
    LossTotals totals = evaluation.totals();
    return new EvalReport(
        options.loss(),
        options.reduction(),
        totals.mean(),
        totals.sum(),
        Math.exp(totals.mean()),
        probabilities ? null : Double.valueOf(totals.accuracy()),
        totals.rows(),
        totals.ignored(),
        evaluation.backend(),
        evaluation.device(),
        evaluation.seconds(),
        bytes / evaluation.seconds() / 1e9);
  }

  /** The report for a person. */
  String table() {
    Table table = new Table();
    switch (reduction) {
      case "mean" -> table.add("mean NLL", number("%.6g", mean));
      case "sum" -> table.add("sum of NLL", number("%.6g", sum));
      default -> {}
    }
    table.add("perplexity", number("%.6g", perplexity));
    table.add(
        "accuracy",
        accuracy == null
            ? "none, since the targets are probabilities"
            : number("%.4f %%", 100 * accuracy));
    table.add("rows", number("%,d", rows));
    table.add("ignored rows", number("%,d", ignored));
    table.add("backend", backend);
    table.add("device", device);
    table.add("time", number("%.3f s, ", seconds) + number("%.2f GB/s", gbPerSecond));
    return table.toString();
  }

  private static String number(String format, Number value) {
    return String.format(Locale.ROOT, format, value);
  }
}
