// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A number that the page begins with.
 *
 * @param id for programs that look for it in the page
 * @param name what it is called
 * @param exact all its digits, for programs
 * @param value as people read it
 * @param note what it means, briefly
 */
record Headline(String id, String name, String exact, String value, String note) {

  /** All but the mean negative log-likelihood, which comes first and larger. */
  static List<Headline> of(EvaluationTotals totals, long textBytes) {
    List<Headline> headlines = new ArrayList<>();
    if (totals.meanLoss() != totals.meanNll() && !Double.isNaN(totals.meanLoss())) {
      headlines.add(
          number("mean-loss", "Mean loss", totals.meanLoss(), "with weights and smoothing"));
    }
    if (isLikelihood(totals)) {
      headlines.add(number("perplexity", "Perplexity", totals.perplexity(), "e to the mean NLL"));
      headlines.add(
          number("bits-per-token", "Bits per token", totals.bitsPerToken(), "mean NLL / ln 2"));
      if (textBytes > 0) {
        headlines.add(
            number(
                "bits-per-byte",
                "Bits per byte",
                totals.bitsPerByte(textBytes),
                "of " + Numbers.plural(textBytes, "byte") + " of text"));
      }
    }
    Set<Metric> metrics = totals.options().metrics();
    if (metrics.contains(Metric.ACCURACY)) {
      headlines.add(
          percent("accuracy", "Accuracy", totals.accuracy(), "the label has the largest logit"));
    }
    if (metrics.contains(Metric.RANK)) {
      addRanks(headlines, totals);
    }
    if (metrics.contains(Metric.ENTROPY)) {
      headlines.add(
          number("mean-entropy", "Mean entropy", totals.meanEntropy(), "nats, as predicted"));
    }
    if (metrics.contains(Metric.CALIBRATION)) {
      headlines.add(
          percent(
              "calibration-error",
              "Calibration error",
              totals.expectedCalibrationError(),
              "expected (ECE), " + Numbers.plural(totals.reliability().size(), "bin")));
    }
    headlines.add(count("rows", "Rows", totals.rows(), "all, ignored ones too"));
    headlines.add(count("ignored", "Ignored rows", totals.ignored(), "in none of the numbers"));
    return headlines;
  }

  private static void addRanks(List<Headline> headlines, EvaluationTotals totals) {
    for (int k : totals.options().topK()) {
      // Top 1 is what accuracy is, where that is shown.
      if (k == 1 && totals.options().metrics().contains(Metric.ACCURACY)) {
        continue;
      }
      headlines.add(
          percent(
              "top-" + k,
              "Top-" + Numbers.count(k) + " accuracy",
              totals.topKAccuracy(k),
              k == 1
                  ? "the label is first"
                  : "the label is among the " + Numbers.count(k) + " largest"));
    }
    headlines.add(
        number(
            "mean-rank", "Mean rank", totals.meanRank(), "of the label; 1 is the largest logit"));
  }

  /** Whether the rows' losses are negative log-likelihoods, so that e to their mean has a sense. */
  static boolean isLikelihood(EvaluationTotals totals) {
    return !"softmax-focal".equals(totals.parameters().get("loss"));
  }

  private static Headline number(String id, String name, double x, String note) {
    return new Headline(id, name, Double.toString(x), Numbers.number(x), note);
  }

  private static Headline percent(String id, String name, double share, String note) {
    return new Headline(id, name, Double.toString(share), Numbers.percent(share), note);
  }

  private static Headline count(String id, String name, long n, String note) {
    return new Headline(id, name, Long.toString(n), Numbers.count(n), note);
  }
}
