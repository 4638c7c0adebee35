// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Draws;
import io.github.loss4j.host.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Statistics of rows against float64, a sort and each other. */
class RowStatisticTest {
  private static final double NAN = Double.NaN;
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  @Test
  void randomRowsAreThoseOfTheDefinitions() {
    for (int seed = 0; seed < 200; seed++) {
      compare(seed, DType.F64, 1e-13);
      compare(seed, DType.F32, 3e-6);
      compare(seed, DType.BF16, 3e-6);
    }
  }

  private static void compare(int seed, DType dtype, double tolerance) {
    Draws draws = new Draws(seed);
    long[] shape = draws.shape();
    int classes = (int) shape[shape.length == 1 ? 0 : 1];
    Tensor logits = draws.normal(draws.pick(List.of(0.1, 1.0, 5.0, 30.0)), dtype, shape);
    Tensor labels = draws.labels(classes, -100, DType.I64, Draws.rowShape(shape));
    CrossEntropyLoss loss =
        new CrossEntropyLoss()
            .withWeight(draws.weightOrNull(dtype.arithmetic(), classes))
            .withLabelSmoothing(draws.pick(List.of(0.0, 0.1)))
            .withZLoss(draws.pick(List.of(0.0, 0.1)))
            .withSoftCap(draws.pick(List.of(INFINITY, 20.0)))
            .withTemperature(draws.pick(List.of(1.0, 0.5)));
    LossResult result = session.evaluate(loss, logits, labels, all());
    double[][] rows = Reference.rows(logits);
    for (RowStatistic statistic : RowStatistic.values()) {
      Tensor actual = result.statistic(statistic);
      assertArrayEquals(Draws.rowShape(shape), actual.shape());
      assertEquals(statistic.dtype(dtype.arithmetic()), actual.dtype());
      for (int row = 0; row < rows.length; row++) {
        double[] z = Reference.logits(rows[row], loss.softCap(), loss.temperature());
        double expected = expected(statistic, z, (int) labels.getLong(row));
        double allowed = tolerance * Math.max(1, Math.abs(expected));
        String message = "seed %d: %s of row %d of %s".formatted(seed, statistic, row, logits);
        assertEquals(expected, actual.getDouble(row), allowed, message);
      }
    }
  }

  private static double expected(RowStatistic statistic, double[] z, int label) {
    double[] p = Reference.softmax(z);
    double[] log = Reference.logSoftmax(z);
    return switch (statistic) {
      case NLL -> label < 0 ? 0 : Reference.nll(z, label);
      case LOG_SUM_EXP -> Reference.logSumExp(z);
      case ARGMAX -> sorted(z).getFirst();
      case RANK -> label < 0 ? -1 : sorted(z).indexOf(label);
      case ENTROPY -> -IntStream.range(0, z.length).mapToDouble(c -> p[c] * log[c]).sum();
      case LARGEST_PROBABILITY -> Arrays.stream(p).max().orElseThrow();
    };
  }

  /** The classes of a row from the largest logit, NaN first; equal ones stay in their order. */
  private static List<Integer> sorted(double[] row) {
    return IntStream.range(0, row.length)
        .boxed()
        .sorted((c, d) -> Double.compare(row[d] + 0.0, row[c] + 0.0))
        .toList();
  }

  @Test
  void ranksOfRowsOfFewValuesAreThoseOfASort() {
    for (int seed = 0; seed < 60; seed++) {
      Draws draws = new Draws(seed);
      int classes = draws.pick(List.of(1, 2, 7, 40, 5000));
      Tensor logits = Tensor.allocate(DType.F32, 5, classes);
      for (long i = 0; i < logits.size(); i++) {
        logits.setDouble(i, draws.pick(List.of(-1.0, -0.0, 0.0, 2.0, NAN, INFINITY, -INFINITY)));
      }
      Tensor labels = draws.labels(classes, -100, DType.I64, 5);
      LossResult result = session.evaluate(new CrossEntropyLoss(), logits, labels, all());
      double[][] rows = Reference.rows(logits);
      for (int row = 0; row < rows.length; row++) {
        List<Integer> sorted = sorted(rows[row]);
        int label = (int) labels.getLong(row);
        int rank = label < 0 ? -1 : sorted.indexOf(label);
        int first = sorted.getFirst();
        assertEquals(first, result.statistic(RowStatistic.ARGMAX).getLong(row), "seed " + seed);
        assertEquals(rank, result.statistic(RowStatistic.RANK).getLong(row), "seed " + seed);
      }
    }
  }

  /** An ignored row has no label, but it has logits. */
  @Test
  void ignoredRowsHaveWhatNeedsNoLabel() {
    Tensor logits = Tensor.of(new double[] {0, Math.log(3)}, 1, 2);
    for (double smoothing : new double[] {0, 0.1}) {
      CrossEntropyLoss loss = new CrossEntropyLoss().withLabelSmoothing(smoothing);
      LossResult result = session.evaluate(loss, logits, Tensor.of(new long[] {-100}), all());
      assertEquals(0, result.statistic(RowStatistic.NLL).getDouble(0));
      assertEquals(-1, result.statistic(RowStatistic.RANK).getLong(0));
      assertEquals(1, result.statistic(RowStatistic.ARGMAX).getLong(0));
      assertEquals(Math.log(4), result.statistic(RowStatistic.LOG_SUM_EXP).getDouble(0), 1e-15);
      assertEquals(0.75, result.statistic(RowStatistic.LARGEST_PROBABILITY).getDouble(0), 1e-15);
      double entropy = 0.25 * Math.log(4) + 0.75 * Math.log(4.0 / 3);
      assertEquals(entropy, result.statistic(RowStatistic.ENTROPY).getDouble(0), 1e-15);
    }
  }

  @Test
  void rowsWithoutADistributionAreNan() {
    double[][] rows = {{-INFINITY, -INFINITY}, {INFINITY, 0}, {0, NAN}};
    for (double[] row : rows) {
      LossResult result = evaluate(Tensor.of(row, 1, 2), 1);
      for (RowStatistic statistic : RowStatistic.values()) {
        if (statistic.dtype(DType.F64) == DType.F64) {
          assertEquals(NAN, result.statistic(statistic).getDouble(0), statistic.name());
        }
      }
    }
  }

  /** Adding the same number to all logits of a row must not lose its entropy. */
  @Test
  void offsetsMoveOnlyLogSumExp() {
    for (double offset : new double[] {1e8, -1e8, 1e4}) {
      float[] near = {0, 8, 16, 8};
      float[] far = new float[4];
      for (int c = 0; c < 4; c++) {
        far[c] = (float) (near[c] + offset);
      }
      LossResult expected = evaluate(Tensor.of(near, 1, 4), 3);
      LossResult actual = evaluate(Tensor.of(far, 1, 4), 3);
      for (RowStatistic statistic : RowStatistic.values()) {
        double shifted = statistic == RowStatistic.LOG_SUM_EXP ? offset : 0;
        double value = expected.statistic(statistic).getDouble(0);
        assertEquals(
            shifted + value,
            actual.statistic(statistic).getDouble(0),
            1e-7 * Math.max(1, Math.abs(shifted + value)),
            statistic + " at " + offset);
      }
    }
  }

  /** Of a label that nearly nothing is left for, the distribution of the others must stay sharp. */
  @Test
  void unlikelyLabelsDoNotBlurTheOthers() {
    for (float low : new float[] {-100, -1e4f, -1e8f, Float.NEGATIVE_INFINITY}) {
      LossResult result = evaluate(Tensor.of(new float[] {low, 0, (float) Math.log(3)}, 1, 3), 0);
      double entropy = 0.25 * Math.log(4) + 0.75 * Math.log(4.0 / 3);
      assertEquals(Math.log(4), result.statistic(RowStatistic.LOG_SUM_EXP).getDouble(0), 2e-7);
      assertEquals(entropy, result.statistic(RowStatistic.ENTROPY).getDouble(0), 2e-7);
      assertEquals(0.75, result.statistic(RowStatistic.LARGEST_PROBABILITY).getDouble(0), 1e-7);
      assertEquals(2, result.statistic(RowStatistic.RANK).getLong(0));
    }
  }

  @Test
  void oneClassIsCertain() {
    LossResult result = evaluate(Tensor.of(new float[] {7}, 1, 1), 0);
    for (RowStatistic statistic : RowStatistic.values()) {
      double expected =
          switch (statistic) {
            case LOG_SUM_EXP -> 7;
            case LARGEST_PROBABILITY -> 1;
            case NLL, ARGMAX, RANK, ENTROPY -> 0;
          };
      Bits.assertSame(expected, result.statistic(statistic).getDouble(0), statistic.name());
    }
  }

  @Test
  void noRowsHaveNone() {
    Tensor logits = Tensor.allocate(DType.F32, 0, 3, 4);
    Tensor labels = Tensor.allocate(DType.I64, 0, 4);
    LossResult result = session.evaluate(new CrossEntropyLoss(), logits, labels, all());
    assertArrayEquals(new long[] {0, 4}, result.statistic(RowStatistic.RANK).shape());
  }

  /** What is asked for besides must not change the loss or the gradient. */
  @Test
  void leaveLossAndGradientAsTheyAre() {
    Tensor logits = new Draws(1).normal(3, DType.F32, 20, 300);
    Tensor labels = new Draws(2).labels(300, -100, DType.I64, 20);
    Tensor alone = Tensor.allocate(DType.F32, 20, 300);
    Tensor together = Bits.copy(logits);
    CrossEntropyLoss loss = new CrossEntropyLoss().withReduction(Reduction.NONE);
    LossResult expected = session.evaluate(loss, logits, labels, Request.gradient(alone));
    LossResult actual = session.evaluate(loss, together, labels, all().withInputGradient(together));
    Bits.assertSame(expected.loss(), actual.loss(), "loss");
    Bits.assertSame(alone, together, "gradient");
    Bits.assertSame(expected.loss(), actual.statistic(RowStatistic.NLL), "NLL");
  }

  @Test
  void ofProbabilitiesAreThoseOfLabels() {
    Tensor logits = new Draws(1).normal(3, DType.F64, 3, 50, 2);
    Tensor labels = new Draws(2).labels(50, -100, DType.I64, 3, 2);
    Tensor target = new Draws(3).uniform(DType.F64, 3, 50, 2);
    LossResult ofLabels = session.evaluate(new CrossEntropyLoss(), logits, labels, all());
    List<RowStatistic> unlabelled =
        Arrays.stream(RowStatistic.values()).filter(which -> !which.needsLabels()).toList();
    Request request = Request.LOSS.withStatistics(unlabelled.toArray(RowStatistic[]::new));
    LossResult result = session.evaluate(new CrossEntropyLoss(), logits, target, request);
    for (RowStatistic statistic : unlabelled) {
      assertArrayEquals(
          ofLabels.statistic(statistic).toDoubleArray(),
          result.statistic(statistic).toDoubleArray(),
          1e-14);
    }
  }

  private static LossResult evaluate(Tensor logits, long label) {
    return session.evaluate(new CrossEntropyLoss(), logits, Tensor.of(new long[] {label}), all());
  }

  private static Request all() {
    return Request.LOSS.withStatistics(RowStatistic.values());
  }
}
