// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tensor;
import io.github.loss4j.eval.Evaluation;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.Metric;
import io.github.loss4j.io.NpyFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Totals, metrics and segments of {@code loss4j eval}, compared with those of the library. */
class EvalTotalsTest {
  private static final int ROWS = 300;
  private static final int CLASSES = 11;

  @TempDir private Path folder;
  private Tensor logits;
  private Tensor labels;
  private Tensor segments;

  @BeforeEach
  void writeFiles() throws IOException {
    Random random = new Random(1);
    float[] x = new float[ROWS * CLASSES];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    long[] y = random.longs(ROWS, 0, CLASSES).toArray();
    y[7] = CrossEntropyLoss.IGNORE_INDEX;
    int[] ids = new int[ROWS];
    Arrays.setAll(ids, row -> row / 9);
    logits = Tensor.of(x, ROWS, CLASSES);
    labels = Tensor.of(y, ROWS);
    segments = Tensor.of(ids, ROWS);
    NpyFile.write(folder.resolve("logits.npy"), logits);
    NpyFile.write(folder.resolve("labels.npy"), labels);
    NpyFile.write(folder.resolve("segments.npy"), segments);
  }

  private CommandLineRun eval(String... more) {
    return CommandLineRun.eval(folder, "logits.npy", "labels.npy", more);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private EvaluationTotals expected(Set<Metric> metrics) {
    try (LossSession session = LossBackend.named("cpu").open()) {
      Evaluation evaluation =
          new Evaluation(
              session,
              new CrossEntropyLoss(),
              CLASSES,
              EvaluationOptions.DEFAULT.withMetrics(metrics));
      evaluation.append(logits, labels, metrics.contains(Metric.SEGMENTS) ? segments : null);
      return evaluation.finish();
    }
  }

  @Test
  void metricsAreThoseOfTheLibrary() {
    EvaluationTotals totals = expected(Set.of(Metric.values()));
    JsonObject json =
        eval("--metrics", "all", "--segments", file("segments.npy"), "--bytes", "1000", "--json")
            .json();
    assertEquals(totals.meanNll(), json.get("nll").getAsDouble());
    assertEquals(totals.standardError(), json.get("standardError").getAsDouble());
    assertEquals(totals.bitsPerByte(1000), json.get("bitsPerByte").getAsDouble());
    JsonObject topK = json.getAsJsonObject("topK");
    assertEquals(Set.of("1", "5"), topK.keySet());
    assertEquals(totals.topKAccuracy(5), topK.get("5").getAsDouble());
    assertEquals(totals.meanRank(), json.get("meanRank").getAsDouble());
    assertEquals(totals.meanEntropy(), json.get("entropy").getAsDouble());
    assertEquals(totals.expectedCalibrationError(), json.get("calibrationError").getAsDouble());
    assertEquals(totals.segments(), json.get("segments").getAsLong());
    assertEquals(totals.segmentStandardError(), json.get("segmentStandardError").getAsDouble());
    assertEquals(10, json.getAsJsonArray("worstRows").size());
    String text = eval("--top-k", "2,3", "--metrics", "entropy,worst-rows").succeeded();
    for (String name : List.of("top 2", "top 3", "mean rank", "mean entropy", "worst row")) {
      assertTrue(text.contains(name), text);
    }
    assertFalse(text.contains("accuracy"), text);
  }

  @Test
  void totalsAreThoseOfTheLibraryAndMerge() throws IOException {
    byte[] expected = expected(Set.of(Metric.ACCURACY, Metric.RANK)).toBytes();
    String[] metrics = {"--metrics", "accuracy,rank"};
    eval(with(metrics, "--totals", file("all.totals"))).succeeded();
    assertArrayEquals(expected, Files.readAllBytes(folder.resolve("all.totals")));
    for (int part = 0; part < 3; part++) {
      NpyFile.write(folder.resolve("x%d.npy".formatted(part)), logits.slice(part * 100L, 100));
      NpyFile.write(folder.resolve("y%d.npy".formatted(part)), labels.slice(part * 100L, 100));
      CommandLineRun.eval(
              folder,
              "x%d.npy".formatted(part),
              "y%d.npy".formatted(part),
              with(metrics, "--totals", file(part + ".json")))
          .succeeded();
    }
    JsonObject merged =
        CommandLineRun.of(
                "eval",
                "--merge",
                file("2.json"),
                file("0.json"),
                file("1.json"),
                "--totals",
                file("merged.totals"),
                "--json")
            .json();
    assertArrayEquals(expected, Files.readAllBytes(folder.resolve("merged.totals")));
    assertEquals(ROWS, merged.get("rows").getAsLong());
    assertTrue(merged.get("backend").isJsonNull());
    // The same rows from several files.
    CommandLineRun.of(
            with(
                metrics,
                "eval",
                "--logits",
                file("x*.npy"),
                "--totals",
                file("files.totals"),
                "--targets",
                file("y0.npy"),
                file("y1.npy"),
                file("y2.npy")))
        .succeeded();
    assertArrayEquals(expected, Files.readAllBytes(folder.resolve("files.totals")));
  }

  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(more));
    all.addAll(Arrays.asList(some));
    return all.toArray(String[]::new);
  }

  @Test
  void logitsMayComeFromTheStandardInput() throws IOException {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(Files.readAllBytes(folder.resolve("logits.npy"))));
      CommandLineRun.of(
              "eval", "--logits", "-", "--targets", file("labels.npy"), "--totals", file("t"))
          .succeeded();
    } finally {
      System.setIn(before);
    }
    assertArrayEquals(
        expected(Set.of(Metric.ACCURACY)).toBytes(), Files.readAllBytes(folder.resolve("t")));
    assertEquals(2, CommandLineRun.of("eval", "--logits", "-", "--targets", "-").status());
  }

  @Test
  void segmentsAreWrittenInTheirOrder() throws IOException {
    eval("--segments", file("segments.npy"), "--per-segment", file("out.csv")).succeeded();
    List<String> lines = Files.readAllLines(folder.resolve("out.csv"));
    assertEquals("segment,first_row,rows,nll,greedy", lines.getFirst());
    assertEquals(1 + Math.ceilDiv(ROWS, 9), lines.size());
    assertTrue(lines.get(1).startsWith("0,0,8,"), lines.get(1));
    assertTrue(lines.get(2).startsWith("1,9,9,"), lines.get(2));
  }

  @Test
  void totalsThatCannotBeReadAreRefusedAndLeftAsTheyAre() throws IOException {
    eval("--totals", file("a.json")).succeeded();
    eval("--totals", file("b.totals"), "--label-smoothing", "0.1").succeeded();
    refusedMerge("label_smoothing", "a.json", "b.totals");
    byte[] damaged = Files.readAllBytes(folder.resolve("b.totals"));
    damaged[damaged.length / 2]++;
    Files.write(folder.resolve("damaged.totals"), damaged);
    refusedMerge("checksum", "damaged.totals");
    assertArrayEquals(damaged, Files.readAllBytes(folder.resolve("damaged.totals")));
    refusedMerge("do not begin with", "logits.npy");
    refusedMerge("no such file", "none.totals");
  }

  private void refusedMerge(String part, String... names) {
    List<String> args = new ArrayList<>(List.of("eval", "--merge"));
    for (String name : names) {
      args.add(file(name));
    }
    String line = CommandLineRun.of(args.toArray(String[]::new)).failedWithOneLine();
    assertTrue(line.contains(part), line);
    assertTrue(line.contains(file(names[names.length - 1])), line);
  }

  @Test
  void checkpointsOfOtherEvaluationsAreRefusedAndLeftAsTheyAre() throws IOException {
    Path checkpoint = Files.writeString(folder.resolve("check"), "something else");
    String line = eval("--checkpoint", checkpoint.toString()).failedWithOneLine();
    assertTrue(line.contains("is no checkpoint of this evaluation"), line);
    assertEquals("something else", Files.readString(checkpoint));
    Files.delete(checkpoint);
    eval("--checkpoint", checkpoint.toString()).succeeded();
    assertFalse(Files.exists(checkpoint));
  }

  @Test
  void filesThatCannotBeWrittenAreNamedBeforeAnythingIsComputed() {
    for (String option : List.of("--totals", "--report", "--checkpoint", "--per-row")) {
      String line = eval(option, file("none/out")).failedWithOneLine();
      assertTrue(line.contains(file("none/out") + ": cannot be written"), line);
    }
  }

  @Test
  void optionsThatDoNotGoTogetherAreRefused() {
    for (String[] more :
        new String[][] {
          {"--per-segment", file("s")},
          {"--merge", file("t")},
          {"--checkpoint", file("c"), "--per-row", file("r")},
          {"--metrics", "segments"},
          {"--metrics", "speed"},
          {"--top-k", "0"},
          {"--bytes", "0"}
        }) {
      CommandLineRun run = eval(more);
      assertEquals(2, run.status(), () -> Arrays.toString(more) + run);
    }
    assertEquals(2, CommandLineRun.of("eval").status());
  }
}
