// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.InvalidInputException;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.Metric;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what to tell of the rows. */
final class MetricOptions {
  private static final String ALL = "all";

  /** Those of segments come with the segments. */
  private static final Set<Metric> OF_ROWS = EnumSet.complementOf(EnumSet.of(Metric.SEGMENTS));

  @Option(
      names = "--metrics",
      split = ",",
      paramLabel = "METRIC",
      description = {
        "What to tell beside the loss: accuracy, rank (with --top-k), entropy, calibration,"
            + " histogram, worst-rows, or all.",
        "Default: accuracy, for labels."
      })
  private @Nullable List<String> metrics;

  @Option(
      names = "--top-k",
      split = ",",
      paramLabel = "K",
      description = "Count rows whose label is among the K largest logits; several with commas.")
  private @Nullable List<Integer> topK;

  @Option(
      names = "--bytes",
      paramLabel = "COUNT",
      description = "The size in bytes of the text that was scored, for bits per byte.")
  private @Nullable Long bytes;

  /** Throws if what was typed makes no sense for any input. */
  void check() {
    bytes();
    of(true, false, false, true);
  }

  /**
   * The options of the evaluation.
   *
   * @param all whether every metric is wanted that none was named for
   */
  EvaluationOptions of(boolean labels, boolean segments, boolean all, boolean crossEntropy) {
    EnumSet<Metric> wanted = EnumSet.noneOf(Metric.class);
    if (metrics != null) {
      metrics.forEach(text -> wanted.addAll(named(text)));
    } else if (all) {
      wanted.addAll(EnumSet.allOf(Metric.class));
    } else {
      wanted.add(Metric.ACCURACY);
    }
    // What was not named, but stands for everything there is, is only what there is.
    if (metrics == null || metrics.contains(ALL)) {
      wanted.removeIf(metric -> metric.needsLabels() && !labels);
      wanted.removeIf(metric -> !metric.statistics().isEmpty() && !crossEntropy);
    }
    if (topK != null) {
      wanted.add(Metric.RANK);
    }
    wanted.remove(Metric.SEGMENTS);
    if (segments) {
      wanted.add(Metric.SEGMENTS);
    }
    try {
      EvaluationOptions options = EvaluationOptions.DEFAULT.withMetrics(wanted);
      return topK == null ? options : options.withTopK(topK);
    } catch (InvalidInputException e) {
      throw new UsageException("--top-k: " + e.getMessage());
    }
  }

  /** The size of the text; null if it was not said. */
  @Nullable Long bytes() {
    if (bytes != null && bytes <= 0) {
      throw new UsageException("--bytes: text has a positive number of bytes, not " + bytes);
    }
    return bytes;
  }

  /** What was typed: one metric, or all of them. */
  private static Set<Metric> named(String text) {
    return text.equals(ALL)
        ? EnumSet.allOf(Metric.class)
        : EnumSet.of(
            OF_ROWS.stream()
                .filter(metric -> metric.toString().equals(text))
                .findFirst()
                .orElseThrow(
                    () ->
                        new UsageException(
                            "--metrics: expected %s or all, but is '%s'"
                                .formatted(listed(), text))));
  }

  private static String listed() {
    return OF_ROWS.stream().map(Metric::toString).collect(Collectors.joining(", "));
  }
}
