// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.host.Draws;
import io.github.loss4j.host.Reference;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How many rows have their label's logit as the first of the largest, as torch.argmax finds it. */
class AccuracyTest {
  private static final double NAN = Double.NaN;
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final List<Loss> LOSSES =
      List.of(
          new CrossEntropyLoss(),
          new CrossEntropyLoss().withLabelSmoothing(0.1),
          new NLLLoss(),
          new SoftmaxFocalLoss());

  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  @Test
  void theFirstOfTheLargestCounts() {
    double[][] rows = {
      {1, 2, 3, 2},
      {3, 1, 2, 3},
      {5, 5, 5, 5},
      {-7, -7, -8, -7},
      {2, -INFINITY, 2, 2},
      {-INFINITY, -INFINITY, -INFINITY, -INFINITY},
      {0, INFINITY, INFINITY, 1},
      {0.0, -0.0, 0.0, -0.0},
      {-0.0, 0.0, -0.0, 0.0}
    };
    for (double[] row : rows) {
      assertOnlyCorrect(row, argmax(row));
    }
  }

  @Test
  void nanIsLargerThanAnyNumber() {
    assertOnlyCorrect(new double[] {1, NAN, 3, INFINITY}, 1);
    assertOnlyCorrect(new double[] {NAN, 7, NAN, 8}, 0);
    assertOnlyCorrect(new double[] {NAN, NAN, NAN, NAN}, 0);
    assertOnlyCorrect(new double[] {-INFINITY, 9, 9, NAN}, 3);
  }

  @Test
  void ignoredRowsAreNotCounted() {
    Tensor logits = Tensor.of(new double[] {1, 0, 1, 0, 1, 0, 1, 0}, 4, 2);
    Tensor labels = Tensor.of(new long[] {0, -100, 1, -100});
    for (Loss loss : LOSSES) {
      LossTotals totals = session.evaluate(loss, logits, labels, accuracy()).totals();
      assertEquals(1, totals.correct());
      assertEquals(2, totals.ignored());
      assertEquals(0.5, totals.accuracy());
    }
    Tensor none = Tensor.of(new long[] {-100, -100, -100, -100});
    for (Loss loss : LOSSES) {
      assertEquals(NAN, session.evaluate(loss, logits, none, accuracy()).totals().accuracy());
    }
  }

  @Test
  void randomRowsOfFewValuesAgreeWithASearch() {
    for (int seed = 0; seed < 100; seed++) {
      Draws draws = new Draws(seed);
      long[] shape = draws.shape();
      int classes = (int) shape[shape.length == 1 ? 0 : 1];
      Tensor logits = Tensor.allocate(DType.F32, shape);
      for (long i = 0; i < logits.size(); i++) {
        logits.setDouble(i, draws.pick(List.of(-1.0, 0.0, 1.0, 2.0, NAN, 1e30, -INFINITY)));
      }
      Tensor labels = draws.labels(classes, -100, DType.I64, Draws.rowShape(shape));
      double[][] rows = Reference.rows(logits);
      long expected = 0;
      for (int row = 0; row < rows.length; row++) {
        expected += labels.getLong(row) == argmax(rows[row]) ? 1 : 0;
      }
      for (Loss loss : LOSSES) {
        LossTotals totals = session.evaluate(loss, logits, labels, accuracy()).totals();
        assertEquals(expected, totals.correct(), "seed " + seed + ", " + loss);
      }
    }
  }

  private static void assertOnlyCorrect(double[] row, int correct) {
    for (Loss loss : LOSSES) {
      for (int label = 0; label < row.length; label++) {
        Tensor labels = Tensor.of(new long[] {label});
        Tensor logits = Tensor.of(row, 1, row.length);
        long count = session.evaluate(loss, logits, labels, accuracy()).totals().correct();
        assertEquals(label == correct ? 1 : 0, count, "label %d, %s".formatted(label, loss));
      }
    }
  }

  private static int argmax(double[] row) {
    int first = 0;
    for (int c = 1; c < row.length; c++) {
      if (row[c] > row[first] || (Double.isNaN(row[c]) && !Double.isNaN(row[first]))) {
        first = c;
      }
    }
    return first;
  }

  private static Request accuracy() {
    return Request.LOSS.withAccuracy();
  }
}
