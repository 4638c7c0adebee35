// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import io.github.loss4j.io.NpyFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EvalCommandTest {
  private static final int ROWS = 500;
  private static final int CLASSES = 7;

  @TempDir private Path folder;
  private Tensor logits;
  private Tensor labels;

  @BeforeEach
  void writeFiles() throws IOException {
    Random random = new Random(1);
    float[] x = new float[ROWS * CLASSES];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    long[] y = random.longs(ROWS, 0, CLASSES).toArray();
    y[3] = CrossEntropyLoss.IGNORE_INDEX;
    logits = Tensor.of(x, ROWS, CLASSES);
    labels = Tensor.of(y);
    NpyFile.write(folder.resolve("logits.npy"), logits);
    NpyFile.write(folder.resolve("labels.npy"), labels);
  }

  private CommandLineRun eval(String... more) {
    return evalFiles("logits.npy", "labels.npy", more);
  }

  private CommandLineRun evalFiles(String input, String target, String... more) {
    return CommandLineRun.eval(folder, input, target, more);
  }

  static List<String> backends() {
    return TestBackends.usable();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void jsonHasWhatTheLibraryComputes(String backend) {
    JsonObject json = eval("--backend", backend, "--json").json();
    assertEquals(
        Set.of(
            "loss",
            "reduction",
            "mean",
            "sum",
            "nll",
            "standardError",
            "perplexity",
            "bitsPerToken",
            "bitsPerByte",
            "accuracy",
            "topK",
            "meanRank",
            "entropy",
            "calibrationError",
            "segments",
            "greedySegments",
            "segmentStandardError",
            "worstRows",
            "rows",
            "ignored",
            "backend",
            "device",
            "seconds",
            "gbPerSecond"),
        json.keySet());
    try (LossSession session = LossBackend.named("cpu").open()) {
      LossResult result =
          session.evaluate(new CrossEntropyLoss(), logits, labels, Request.LOSS.withAccuracy());
      assertEquals(result.totals().mean(), json.get("mean").getAsDouble());
      assertEquals(result.totals().sum(), json.get("sum").getAsDouble());
      assertEquals(StrictMath.exp(result.totals().mean()), json.get("perplexity").getAsDouble());
      assertEquals(result.totals().accuracy(), json.get("accuracy").getAsDouble());
    }
    assertEquals("cross-entropy", json.get("loss").getAsString());
    assertEquals("mean", json.get("reduction").getAsString());
    assertEquals(ROWS, json.get("rows").getAsLong());
    assertEquals(1, json.get("ignored").getAsLong());
    assertEquals(backend, json.get("backend").getAsString());
    assertTrue(json.get("seconds").getAsDouble() > 0);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void perRowFileHasTheLossOfEveryRow(String backend) throws IOException {
    Path losses = folder.resolve("losses.npy");
    eval("--backend", backend, "--label-smoothing", "0.1", "--per-row", losses.toString())
        .succeeded();
    CrossEntropyLoss loss =
        new CrossEntropyLoss().withReduction(Reduction.NONE).withLabelSmoothing(0.1);
    try (LossSession session = LossBackend.named("cpu").open();
        Arena arena = Arena.ofConfined()) {
      assertArrayEquals(
          session.evaluate(loss, logits, labels).loss().toFloatArray(),
          NpyFile.read(losses, arena).toFloatArray());
    }
  }

  @Test
  void perRowFileOfAnImageHasOneAxis() throws IOException {
    NpyFile.write(folder.resolve("image.npy"), Tensor.of(new double[2 * 3 * 4], 2, 3, 4));
    NpyFile.write(folder.resolve("pixels.npy"), Tensor.of(new int[2 * 4], 2, 4));
    Path losses = folder.resolve("losses.npy");
    evalFiles("image.npy", "pixels.npy", "--per-row", losses.toString()).succeeded();
    try (Arena arena = Arena.ofConfined()) {
      Tensor written = NpyFile.read(losses, arena);
      assertEquals("F32[8]", written.toString());
      assertEquals((float) Math.log(3), (float) written.getDouble(7));
    }
  }

  @Test
  void aFailureLeavesThePerRowFileAsItWas() throws IOException {
    Path losses = Files.writeString(folder.resolve("losses.npy"), "older");
    labels.setLong(ROWS - 1, CLASSES);
    NpyFile.write(folder.resolve("labels.npy"), labels);
    String line = eval("--backend", "cpu", "--per-row", losses.toString()).failedWithOneLine();
    assertTrue(line.contains("row 499"), line);
    assertEquals("older", Files.readString(losses));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(3, files.count());
    }
  }

  @Test
  void probabilitiesHaveNoAccuracy() throws IOException {
    float[] uniform = new float[ROWS * CLASSES];
    Arrays.fill(uniform, 1f / CLASSES);
    NpyFile.write(folder.resolve("q.npy"), Tensor.of(uniform, ROWS, CLASSES));
    JsonObject json = evalFiles("logits.npy", "q.npy", "--json").json();
    assertTrue(json.get("accuracy").isJsonNull());
    assertEquals(0, json.get("ignored").getAsLong());
  }

  @Test
  void whatJsonHasNoNumberForIsNull() throws IOException {
    NpyFile.write(folder.resolve("none.npy"), Tensor.of(new float[0], 0, CLASSES));
    NpyFile.write(folder.resolve("no-labels.npy"), Tensor.of(new long[0]));
    JsonObject json = evalFiles("none.npy", "no-labels.npy", "--json").json();
    for (String key : List.of("mean", "perplexity", "accuracy")) {
      assertTrue(json.get(key).isJsonNull(), key);
    }
    assertEquals(0, json.get("sum").getAsDouble());
    assertEquals(0, json.get("rows").getAsLong());
  }

  @Test
  void weightsAndIgnoredLabelsCount() throws IOException {
    NpyFile.write(folder.resolve("weight.npy"), Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7}));
    labels.setLong(3, 0);
    NpyFile.write(folder.resolve("labels.npy"), labels);
    Tensor weight = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7});
    JsonObject json =
        eval("--weight", folder.resolve("weight.npy").toString(), "--ignore-index", "2", "--json")
            .json();
    try (LossSession session = LossBackend.named("cpu").open()) {
      LossResult result =
          session.evaluate(
              new CrossEntropyLoss().withWeight(weight).withIgnoreIndex(2), logits, labels);
      assertEquals(result.value(), json.get("mean").getAsDouble());
      assertEquals(result.totals().ignored(), json.get("ignored").getAsLong());
    }
  }

  @Test
  void nllTakesLogProbabilities() {
    JsonObject json = eval("--loss", "nll", "--json").json();
    double sum = 0;
    for (int row = 0; row < ROWS; row++) {
      long label = labels.getLong(row);
      sum -= label < 0 ? 0 : logits.getDouble(row * (long) CLASSES + label);
    }
    assertEquals(sum, json.get("sum").getAsDouble(), 1e-6);
    assertEquals("nll", json.get("loss").getAsString());
  }

  @Test
  void textBeginsWithTheReduction() {
    assertTrue(eval("--backend", "cpu").succeeded().startsWith("mean NLL "));
    assertTrue(eval("--backend", "cpu", "--reduction", "sum").succeeded().startsWith("sum of NLL"));
    assertTrue(
        eval("--backend", "cpu", "--reduction", "none").succeeded().startsWith("perplexity "));
  }

  @Test
  void autoSaysInOneLineWhatItTookAndWhy() {
    CommandLineRun auto = eval();
    auto.succeeded();
    assertEquals(1, auto.err().lines().count(), auto.err());
    assertTrue(auto.err().startsWith("loss4j computes on "), auto.err());
    CommandLineRun named = eval("--backend", "cpu");
    named.succeeded();
    assertEquals("", named.err());
  }
}
