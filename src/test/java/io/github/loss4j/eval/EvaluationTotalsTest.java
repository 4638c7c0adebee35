// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Totals merge to the same bytes in any order, and come back whole from what they are written as.
 */
class EvaluationTotalsTest {
  private static final int ROWS = 400;
  private static final int CLASSES = 7;
  private static final int ROWS_PER_SEGMENT = 5;
  private static final EvaluationOptions ALL =
      EvaluationOptions.DEFAULT.withMetrics(Set.of(Metric.values()));
  private static final Sample SAMPLE = new Sample(ROWS, CLASSES, new Random(1));

  @Test
  void anySplitInAnyOrderHasTheSameBytes() {
    try (LossSession session = LossBackend.named("cpu").open()) {
      byte[] expected = totals(session, 0, ROWS).toBytes();
      Random random = new Random(2);
      for (int draw = 0; draw < 1000; draw++) {
        TreeSet<Integer> cuts = new TreeSet<>(List.of(0, ROWS));
        for (int cut = random.nextInt(6); cut > 0; cut--) {
          // Between segments: half a segment would be another one.
          cuts.add(ROWS_PER_SEGMENT * random.nextInt(ROWS / ROWS_PER_SEGMENT));
        }
        List<EvaluationTotals> parts = new ArrayList<>();
        int from = 0;
        for (int to : cuts.tailSet(1)) {
          parts.add(totals(session, from, to));
          from = to;
        }
        Collections.shuffle(parts, random);
        while (parts.size() > 1) {
          EvaluationTotals part = parts.remove(random.nextInt(parts.size()));
          EvaluationTotals written =
              random.nextBoolean()
                  ? EvaluationTotals.ofBytes(part.toBytes())
                  : EvaluationTotals.ofJson(part.toJson());
          parts.get(random.nextInt(parts.size())).merge(written);
        }
        assertArrayEquals(expected, parts.getFirst().toBytes(), "draw " + draw + ": " + cuts);
      }
    }
  }

  private static EvaluationTotals totals(LossSession session, int from, int to) {
    Evaluation evaluation = new Evaluation(session, new CrossEntropyLoss(), CLASSES, ALL);
    evaluation.startAt(from);
    long[] segments = new long[to - from];
    Arrays.setAll(segments, row -> (from + row) / ROWS_PER_SEGMENT);
    evaluation.append(
        SAMPLE.logits().slice(from, to - from),
        SAMPLE.labels().slice(from, to - from),
        Tensor.of(segments, segments.length));
    return evaluation.finish();
  }

  @Test
  void everyFormComesBackWhole() {
    for (EvaluationTotals totals :
        List.of(some(), none(new CrossEntropyLoss(), ALL), nonFinite())) {
      EvaluationTotals bytes = EvaluationTotals.ofBytes(totals.toBytes());
      EvaluationTotals json = EvaluationTotals.ofJson(totals.toJson());
      assertArrayEquals(totals.toBytes(), bytes.toBytes());
      assertArrayEquals(totals.toBytes(), json.toBytes());
      assertEquals(totals.toJson(), bytes.toJson());
      assertEquals(totals.parameters(), json.parameters());
      assertEquals(totals.meanNll(), json.meanNll());
    }
  }

  @Test
  void everyDamagedByteIsNoticed() {
    byte[] bytes = some().toBytes();
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= (byte) (1 << (i % 8));
      assertThrows(
          InvalidTotalsException.class, () -> EvaluationTotals.ofBytes(damaged), "byte " + i);
      byte[] cut = Arrays.copyOf(bytes, i);
      assertThrows(InvalidTotalsException.class, () -> EvaluationTotals.ofBytes(cut), i + " bytes");
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThrows(InvalidTotalsException.class, () -> EvaluationTotals.ofBytes(longer));
  }

  @Test
  void everyDigitThatWasChangedInJsonIsNoticed() {
    String json = some().toJson();
    Random random = new Random(3);
    for (int draw = 0; draw < 2000; draw++) {
      int at = random.nextInt(json.length());
      char c = json.charAt(at);
      if (!Character.isWhitespace(c)) {
        String damaged = json.substring(0, at) + (char) (c ^ 1) + json.substring(at + 1);
        assertThrows(
            InvalidTotalsException.class,
            () -> EvaluationTotals.ofJson(damaged),
            () -> "character %d, %c".formatted(at, c));
      }
    }
    String reformatted = json.replace("\n", "").replace("  ", "\t");
    assertArrayEquals(some().toBytes(), EvaluationTotals.ofJson(reformatted).toBytes());
  }

  @Test
  void whatIsNoTotalsIsRefused() {
    for (String text :
        List.of(
            "", "{}", "[]", "null", "1", "{\"format\": 1}", "loss4j totals 1\n", "x".repeat(99))) {
      assertThrows(
          InvalidTotalsException.class, () -> EvaluationTotals.ofBytes(text.getBytes(UTF_8)), text);
      assertThrows(InvalidTotalsException.class, () -> EvaluationTotals.ofJson(text), text);
    }
    byte[] future = some().toBytes();
    future["loss4j totals ".length()] = '2';
    InvalidTotalsException refused =
        assertThrows(InvalidTotalsException.class, () -> EvaluationTotals.ofBytes(future));
    assertTrue(refused.getMessage().contains("\"loss4j totals 1\""), refused.getMessage());
  }

  @Test
  void totalsOfOtherEvaluationsDoNotMerge() {
    CrossEntropyLoss loss = new CrossEntropyLoss();
    EvaluationOptions options = ALL.withMetrics(Metric.RANK, Metric.CALIBRATION);
    assertRefused("loss is", none(new NLLLoss(), ALL.withMetrics()), none(loss, ALL.withMetrics()));
    assertRefused(
        "ignore_index is -100 in one, 0",
        none(loss, options),
        none(loss.withIgnoreIndex(0), options));
    assertRefused(
        "label_smoothing", none(loss, options), none(loss.withLabelSmoothing(0.1), options));
    assertRefused("temperature", none(loss, options), none(loss.withTemperature(2), options));
    assertRefused(
        "weight is none in one, sha256:",
        none(loss, options),
        none(loss.withWeight(Tensor.of(new double[] {1, 2, 3}, 3)), options));
    assertRefused(
        "weight",
        none(loss.withWeight(Tensor.of(new double[] {1, 2, 4}, 3)), options),
        none(loss.withWeight(Tensor.of(new double[] {1, 2, 3}, 3)), options));
    assertRefused("metrics", none(loss, options), none(loss, ALL));
    assertRefused(
        "top_k is 1,5 in one, 3", none(loss, options), none(loss, options.withTopK(List.of(3))));
    assertRefused(
        "calibration_bins", none(loss, options), none(loss, options.withCalibrationBins(10)));
    assertRefused(
        "classes is 3 in one, 4", none(loss, options), new EvaluationTotals(loss, 4, options));
    // What makes no difference is no difference.
    none(loss, options).merge(none(loss, options.withWorstRows(3)));
  }

  private static void assertRefused(String part, EvaluationTotals one, EvaluationTotals other) {
    byte[] before = one.toBytes();
    InvalidTotalsException refused =
        assertThrows(InvalidTotalsException.class, () -> one.merge(other));
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
    assertArrayEquals(before, one.toBytes());
  }

  @Test
  void metricsThatWereNotRequestedAreRefused() {
    EvaluationTotals totals = none(new CrossEntropyLoss(), EvaluationOptions.DEFAULT);
    for (Runnable metric :
        List.<Runnable>of(
            totals::accuracy,
            totals::meanRank,
            totals::meanEntropy,
            totals::reliability,
            totals::expectedCalibrationError,
            totals::histogram,
            totals::worstRows,
            totals::segments)) {
      InvalidInputException refused = assertThrows(InvalidInputException.class, metric::run);
      assertTrue(refused.getMessage().contains("was not requested"), refused.getMessage());
    }
    assertThrows(InvalidInputException.class, () -> some().topKAccuracy(2));
    assertThrows(InvalidInputException.class, () -> totals.bitsPerByte(0));
  }

  private static EvaluationTotals none(ClassLoss loss, EvaluationOptions options) {
    return new EvaluationTotals(loss, 3, options);
  }

  private static EvaluationTotals some() {
    try (LossSession session = LossBackend.named("cpu").open()) {
      return totals(session, 0, ROWS);
    }
  }

  private static EvaluationTotals nonFinite() {
    try (LossSession session = LossBackend.named("cpu").open()) {
      Evaluation evaluation =
          new Evaluation(session, new CrossEntropyLoss(), 2, ALL.withMetrics(Metric.WORST_ROWS));
      evaluation.append(new float[] {Float.NaN, 0}, 0);
      evaluation.append(new float[] {Float.NEGATIVE_INFINITY, 0}, 0);
      return evaluation.finish();
    }
  }
}
