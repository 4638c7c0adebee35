// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tensor;
import io.github.loss4j.eval.Evaluation;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A report as a classifier's would look: most rows easy, some hard, too sure of itself. Also a
 * program, which writes such a page of any number of rows.
 */
final class SampleReport {
  private static final int CLASSES = 1000;
  private static final int BATCH = 1000;
  private static final int ROWS_OF_SEGMENT = 8;

  private SampleReport() {}

  /** Totals with all metrics. */
  static EvaluationTotals totals(LossSession session, int rows) {
    EvaluationOptions options =
        EvaluationOptions.DEFAULT.withMetrics(Set.of(Metric.values())).withTopK(List.of(1, 5, 10));
    Evaluation evaluation = new Evaluation(session, new CrossEntropyLoss(), CLASSES, options);
    Random random = new Random(1);
    for (int from = 0; from < rows; from += BATCH) {
      append(evaluation, from, Math.min(BATCH, rows - from), random);
    }
    return evaluation.finish();
  }

  private static void append(Evaluation evaluation, int from, int rows, Random random) {
    float[] logits = new float[rows * CLASSES];
    long[] labels = new long[rows];
    long[] segments = new long[rows];
    for (int row = 0; row < rows; row++) {
      for (int c = 0; c < CLASSES; c++) {
        logits[row * CLASSES + c] = (float) (1.5 * random.nextGaussian());
      }
      segments[row] = ((long) from + row) / ROWS_OF_SEGMENT;
      double ease = new Random(segments[row]).nextGaussian() + random.nextGaussian();
      int label = random.nextInt(CLASSES);
      logits[row * CLASSES + label] += (float) (9 + 2 * ease);
      for (int like = 1; like <= 4; like++) { // classes that look like it
        logits[row * CLASSES + (label + like) % CLASSES] +=
            (float) (4.5 + 2.5 * random.nextGaussian());
      }
      labels[row] = random.nextInt(200) == 0 ? -100 : label;
    }
    evaluation.append(
        Tensor.of(logits, rows, CLASSES), Tensor.of(labels, rows), Tensor.of(segments, rows));
  }

  /** A run as the command line describes one. */
  static EvaluationRun run(double seconds, int rows) {
    return new EvaluationRun(
        "Validation set, epoch 12",
        List.of("validation/logits.safetensors", "validation/labels.npy"),
        "cpu",
        "Java, 2 threads",
        seconds,
        rows / seconds,
        (double) rows * CLASSES * Float.BYTES / seconds / 1e9,
        0,
        List.of(
            "loss4j",
            "eval",
            "--logits",
            "validation/logits.safetensors",
            "--targets",
            "validation/labels.npy",
            "--metrics",
            "all",
            "--report",
            "report.html"),
        "0.1.0",
        Instant.parse("2026-11-21T22:30:00Z"));
  }

  /** Writes a page: the file, and how many rows. */
  public static void main(String[] args) throws IOException {
    int rows = Integer.parseInt(args[1]);
    try (LossSession session = LossBackend.named("cpu").open()) {
      long start = System.nanoTime();
      EvaluationTotals totals = totals(session, rows);
      double seconds = (System.nanoTime() - start) / 1e9;
      Files.writeString(Path.of(args[0]), HtmlReport.of(totals, run(seconds, rows)));
    }
  }
}
