// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics compared with their definitions, computed in float64 from the logits. */
class EvaluationTest {
  private static final double CLOSE = 1e-6;
  private static final EvaluationOptions ALL =
      EvaluationOptions.DEFAULT.withMetrics(Set.of(Metric.values())).withTopK(List.of(1, 2, 5));
  private static final EvaluationOptions ROWS =
      ALL.withMetrics(
          Metric.ACCURACY,
          Metric.RANK,
          Metric.ENTROPY,
          Metric.CALIBRATION,
          Metric.HISTOGRAM,
          Metric.WORST_ROWS);

  private static LossSession session;

  @BeforeAll
  static void open() {
    session = LossBackend.named("cpu").open();
  }

  @AfterAll
  static void close() {
    session.close();
  }

  @Test
  void quickstart() {
    float[][] documentLogits = {{1, 2, 3}, {3, 1, 0}};
    long[] documentTokens = {2, 0};
    // @start region="evaluation"
    EvaluationOptions options =
        EvaluationOptions.DEFAULT.withMetrics(Metric.ACCURACY, Metric.CALIBRATION);
    Evaluation evaluation = new Evaluation(session, new CrossEntropyLoss(), 3, options);
    for (int i = 0; i < documentTokens.length; i++) {
      evaluation.append(documentLogits[i], documentTokens[i]);
    }
    EvaluationTotals totals = evaluation.totals();
    System.out.println(totals.perplexity() + " " + totals.accuracy()); // 1.33... 1.0
    // @end
    assertEquals(1, totals.accuracy());
    assertEquals(Math.exp((0.4076059645 + 0.1698460472) / 2), totals.perplexity(), CLOSE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 1000})
  void metricsAreThoseOfTheirDefinitions(int classes) {
    for (int seed = 0; seed < 5; seed++) {
      Sample sample = new Sample(37 + 50 * seed, classes, new Random(seed));
      Evaluation evaluation = new Evaluation(session, new CrossEntropyLoss(), classes, ROWS);
      evaluation.append(sample.logits(), sample.labels());
      assertMetrics(new Reference(sample), evaluation.totals());
    }
  }

  @Test
  void weightsAndSmoothingChangeTheLossAndNothingElse() {
    Sample sample = new Sample(300, 7, new Random(1));
    float[] weights = {1, 0.5f, 2, 0, 3, 0.25f, 1.5f};
    CrossEntropyLoss loss =
        new CrossEntropyLoss()
            .withWeight(Tensor.of(weights, 7))
            .withLabelSmoothing(0.1)
            .withZLoss(1e-3);
    Evaluation evaluation = new Evaluation(session, loss, 7, ROWS.withMetrics(Metric.RANK));
    evaluation.append(sample.logits(), sample.labels());
    EvaluationTotals totals = evaluation.totals();
    Reference reference = new Reference(sample);
    assertEquals(reference.mean(reference.nll), totals.meanNll(), CLOSE);
    assertEquals(reference.standardError(), totals.standardError(), CLOSE);
    assertEquals(
        session.evaluate(loss, sample.logits(), sample.labels()).value(), totals.meanLoss());
  }

  @Test
  void rowsOneByOneAreTheSameAsATensor() {
    Sample sample = new Sample(100, 11, new Random(2));
    Evaluation together = new Evaluation(session, new CrossEntropyLoss(), 11, ROWS);
    together.append(sample.logits(), sample.labels());
    Evaluation oneByOne = new Evaluation(session, new CrossEntropyLoss(), 11, ROWS);
    Evaluation mixed = new Evaluation(session, new CrossEntropyLoss(), 11, ROWS);
    for (int row = 0; row < 100; row++) {
      oneByOne.append(sample.row(row), sample.label(row));
      if (row == 50) {
        assertEquals(50, mixed.totals().rows());
        mixed.append(sample.logits().slice(50, 20), sample.labels().slice(50, 20));
      } else if (row < 50 || row >= 70) {
        mixed.append(MemorySegment.ofArray(sample.row(row)), DType.F32, sample.label(row));
      }
    }
    assertArrayEquals(together.totals().toBytes(), oneByOne.totals().toBytes());
    assertArrayEquals(together.totals().toBytes(), mixed.totals().toBytes());
  }

  @Test
  void rowsMayHaveNamesOfTheirOwn() {
    Evaluation evaluation =
        new Evaluation(session, new CrossEntropyLoss(), 2, ROWS.withMetrics(Metric.WORST_ROWS));
    long[] names = {Long.MAX_VALUE, -1, 7};
    for (int i = 0; i < names.length; i++) {
      MemorySegment row = MemorySegment.ofArray(new float[] {i, 0});
      evaluation.append(row, DType.F32, 1, 0, names[i]);
    }
    EvaluationTotals totals = evaluation.totals();
    assertEquals(
        List.of(7L, -1L, Long.MAX_VALUE), totals.worstRows().stream().map(WorstRow::row).toList());
    assertArrayEquals(totals.toBytes(), EvaluationTotals.ofBytes(totals.toBytes()).toBytes());
    assertArrayEquals(totals.toBytes(), EvaluationTotals.ofJson(totals.toJson()).toBytes());
  }

  @Test
  void rowsOfManyTypesAreGathered() {
    double[] row = {0.5, 1, -2};
    Evaluation evaluation =
        new Evaluation(session, new CrossEntropyLoss(), 3, EvaluationOptions.DEFAULT);
    evaluation.append(MemorySegment.ofArray(row), DType.F64, 1);
    evaluation.append(new float[] {0.5f, 1, -2}, 1);
    assertEquals(2, evaluation.totals().rows());
    assertEquals(
        new Reference.Row(new double[] {0.5, 1, -2}, 1).nll(),
        evaluation.totals().meanNll(),
        CLOSE);
  }

  @Test
  void segmentsAreScoredInTheOrderOfTheirRows() {
    Sample sample = new Sample(500, 3, new Random(3));
    long[] ids = new long[500];
    Random random = new Random(4);
    for (int row = 1; row < ids.length; row++) {
      ids[row] = ids[row - 1] + (random.nextInt(4) == 0 ? 1 + random.nextInt(1000) : 0);
    }
    List<SegmentScore> expected = new Reference(sample).segments(ids);
    List<SegmentScore> found = new ArrayList<>();
    EvaluationListener listener =
        new EvaluationListener() {
          @Override
          public void completed(SegmentScore segment) {
            found.add(segment);
          }
        };
    Evaluation evaluation = new Evaluation(session, new CrossEntropyLoss(), 3, ALL, listener);
    Tensor segments = Tensor.of(ids, ids.length);
    evaluation.append(
        sample.logits().slice(0, 200), sample.labels().slice(0, 200), segments.slice(0, 200));
    for (int row = 200; row < 500; row++) {
      evaluation.append(
          MemorySegment.ofArray(sample.row(row)), DType.F32, sample.label(row), ids[row]);
    }
    evaluation.totals();
    assertEquals(expected.size() - 1, found.size(), "the last segment may go on");
    EvaluationTotals totals = evaluation.finish();
    assertEquals(expected.size(), found.size());
    for (int i = 0; i < expected.size(); i++) {
      SegmentScore segment = expected.get(i);
      assertEquals(segment.nll(), found.get(i).nll(), CLOSE * (1 + segment.nll()));
      assertEquals(
          segment,
          new SegmentScore(
              found.get(i).segment(),
              found.get(i).firstRow(),
              found.get(i).rows(),
              segment.nll(),
              found.get(i).greedy()));
    }
    assertEquals(expected.size(), totals.segments());
    assertEquals(expected.stream().filter(SegmentScore::greedy).count(), totals.greedySegments());
    // Rows are independent here, so that both errors estimate the same; 200 draws are 5 % off.
    assertEquals(
        totals.standardError(), totals.segmentStandardError(), 0.3 * totals.standardError());
  }

  @Test
  void targetsMayBeProbabilities() {
    Random random = new Random(5);
    Tensor logits = Tensor.of(floats(random, 20 * 4), 20, 4);
    float[] probabilities = new float[20 * 4];
    Arrays.fill(probabilities, 0.25f);
    Tensor targets = Tensor.of(probabilities, 20, 4);
    EvaluationOptions options =
        ROWS.withMetrics(Metric.ENTROPY, Metric.HISTOGRAM, Metric.WORST_ROWS);
    Evaluation evaluation = new Evaluation(session, new CrossEntropyLoss(), 4, options);
    evaluation.append(logits, targets);
    EvaluationTotals totals = evaluation.totals();
    assertEquals(
        session.evaluate(new CrossEntropyLoss(), logits, targets).value(), totals.meanNll());
    Evaluation labels = new Evaluation(session, new CrossEntropyLoss(), 4, ROWS);
    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> labels.append(logits, targets));
    assertTrue(refused.getMessage().contains("is of labels"), refused.getMessage());
  }

  @Test
  void otherLossesHaveWhatNeedsNoStatistics() {
    Sample sample = new Sample(50, 5, new Random(6));
    EvaluationOptions options =
        ROWS.withMetrics(Metric.ACCURACY, Metric.HISTOGRAM, Metric.WORST_ROWS);
    Evaluation focal = new Evaluation(session, new SoftmaxFocalLoss(), 5, options);
    focal.append(sample.logits(), sample.labels());
    Evaluation nll = new Evaluation(session, new NLLLoss(), 5, options);
    nll.append(sample.logits(), sample.labels());
    assertEquals(new Reference(sample).accuracy(), focal.totals().accuracy());
    assertEquals(new Reference(sample).accuracy(), nll.totals().accuracy());
    assertThrows(
        InvalidInputException.class,
        () -> new Evaluation(session, new NLLLoss(), 5, ROWS.withMetrics(Metric.RANK)));
  }

  @Test
  void rowsOfNaNAreTheWorstAndInNoBin() {
    float nan = Float.NaN;
    float inf = Float.POSITIVE_INFINITY;
    Evaluation evaluation = new Evaluation(session, new CrossEntropyLoss(), 2, ROWS);
    evaluation.append(
        Tensor.of(new float[] {0, 0, nan, 0, 0, -inf, 3, 0}, 4, 2),
        Tensor.of(new long[] {0, 0, 1, 1}, 4));
    EvaluationTotals totals = evaluation.totals();
    assertEquals(List.of(1L, 2L, 3L, 0L), totals.worstRows().stream().map(WorstRow::row).toList());
    assertEquals(Double.NaN, totals.meanNll());
    assertEquals(Double.NaN, totals.standardError());
    assertEquals(3, totals.histogram().stream().mapToLong(HistogramBin::rows).sum());
    assertEquals(3, totals.reliability().stream().mapToLong(ReliabilityBin::rows).sum());
  }

  @Test
  void nothingAndNothingThatCountsHaveNoMeans() {
    Evaluation evaluation = new Evaluation(session, new CrossEntropyLoss(), 3, ALL);
    assertEmpty(evaluation.finish());
    evaluation.append(
        Tensor.of(new float[6], 2, 3),
        Tensor.of(new long[] {-100, -100}, 2),
        Tensor.of(new long[2], 2));
    assertEmpty(evaluation.finish());
    evaluation.append(
        Tensor.of(new float[0], 0, 3), Tensor.of(new long[0], 0), Tensor.of(new long[0], 0));
    assertEmpty(evaluation.finish());
  }

  private static void assertEmpty(EvaluationTotals totals) {
    assertEquals(totals.rows(), totals.ignored());
    for (double mean :
        new double[] {
          totals.meanLoss(),
          totals.meanNll(),
          totals.perplexity(),
          totals.standardError(),
          totals.accuracy(),
          totals.topKAccuracy(1),
          totals.meanRank(),
          totals.meanEntropy(),
          totals.expectedCalibrationError(),
          totals.segmentStandardError()
        }) {
      assertEquals(Double.NaN, mean);
    }
    assertEquals(List.of(), totals.worstRows());
  }

  @Test
  void badInputIsRefusedAndNothingIsAdded() {
    Evaluation evaluation = new Evaluation(session, new CrossEntropyLoss(), 3, ROWS);
    evaluation.append(new float[] {1, 2, 3}, 0);
    byte[] before = evaluation.totals().toBytes();
    assertRefused("row 1 has label 3", () -> evaluation.append(new float[3], 3));
    assertRefused("row 1 has 8 bytes", () -> evaluation.append(new float[2], 0));
    assertRefused("4 classes", () -> evaluation.append(Tensor.of(new float[4], 1, 4), labels(0)));
    assertRefused(
        "row 1 has label -1", () -> evaluation.append(Tensor.of(new float[3], 1, 3), labels(-1)));
    assertRefused(
        "was not requested",
        () -> evaluation.append(Tensor.of(new float[3], 1, 3), labels(0), labels(0)));
    assertArrayEquals(before, evaluation.totals().toBytes());
    Evaluation segments = new Evaluation(session, new CrossEntropyLoss(), 3, ALL);
    assertRefused("needs the segment", () -> segments.append(new float[3], 0));
    assertRefused(
        "needs the segments", () -> segments.append(Tensor.of(new float[3], 1, 3), labels(0)));
    assertRefused(
        "one per row",
        () -> segments.append(Tensor.of(new float[3], 1, 3), labels(0), labels(0, 0)));
    assertEquals(0, segments.totals().rows());
  }

  private static void assertRefused(String part, Runnable append) {
    InvalidInputException refused = assertThrows(InvalidInputException.class, append::run);
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }

  private static Tensor labels(long... labels) {
    return Tensor.of(labels, labels.length);
  }

  private static float[] floats(Random random, int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) random.nextGaussian();
    }
    return floats;
  }

  private static void assertMetrics(Reference reference, EvaluationTotals totals) {
    assertEquals(reference.rows(), totals.rows());
    assertEquals(reference.rows() - reference.counted.size(), totals.ignored());
    double mean = reference.mean(reference.nll);
    assertEquals(mean, totals.meanNll(), CLOSE);
    assertEquals(mean, totals.meanLoss(), CLOSE);
    assertEquals(Math.exp(mean), totals.perplexity(), CLOSE * Math.exp(mean));
    assertEquals(mean / Math.log(2), totals.bitsPerToken(), CLOSE);
    assertEquals(
        mean * reference.counted.size() / Math.log(2) / 1234, totals.bitsPerByte(1234), CLOSE);
    assertEquals(reference.standardError(), totals.standardError(), CLOSE);
    assertEquals(reference.accuracy(), totals.accuracy());
    assertEquals(reference.accuracy(), totals.topKAccuracy(1));
    assertEquals(reference.within(2), totals.topKAccuracy(2));
    assertEquals(reference.within(5), totals.topKAccuracy(5));
    assertEquals(reference.meanRank(), totals.meanRank(), CLOSE * reference.meanRank());
    assertEquals(reference.mean(reference.entropy), totals.meanEntropy(), CLOSE);
    assertEquals(reference.expectedCalibrationError(15), totals.expectedCalibrationError(), CLOSE);
    assertEquals(
        reference.counted.size(), totals.histogram().stream().mapToLong(HistogramBin::rows).sum());
    for (HistogramBin bin : totals.histogram()) {
      long within =
          Arrays.stream(reference.nll)
              .filter(x -> (float) x >= bin.low() && (float) x < bin.high())
              .count();
      // A row at an edge may be rounded over it.
      assertTrue(Math.abs(within - bin.rows()) <= 1, within + " rows in " + bin);
    }
    List<Long> worst = totals.worstRows().stream().map(WorstRow::row).toList();
    assertEquals(Math.min(10, reference.counted.size()), worst.size());
    double[] sorted = Arrays.stream(reference.nll).sorted().toArray();
    for (int i = 0; i < worst.size(); i++) {
      WorstRow row = totals.worstRows().get(i);
      assertEquals(sorted[sorted.length - 1 - i], row.loss(), CLOSE * (1 + row.loss()));
      assertEquals(reference.nllOfRow(row.row()), row.loss(), CLOSE * (1 + row.loss()));
    }
  }
}
