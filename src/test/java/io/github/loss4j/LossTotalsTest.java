// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Draws;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Totals over rows do not depend on how the rows were divided. */
class LossTotalsTest {
  private static final int ROWS = 97;
  private static final int CLASSES = 12;

  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  @Test
  void anySplitMergedInAnyOrderGivesTheSameBits() {
    Draws draws = new Draws(1);
    Tensor logits = draws.normal(5, DType.F32, ROWS, CLASSES);
    Tensor labels = draws.labels(CLASSES, -100, DType.I64, ROWS);
    Tensor target = draws.uniform(DType.F32, ROWS, CLASSES);
    Tensor weight = draws.uniform(DType.F32, CLASSES);
    for (Reduction reduction : Draws.REDUCTIONS) {
      CrossEntropyLoss loss = new CrossEntropyLoss(weight, -100, reduction, 0);
      assertSplits(loss, logits, labels);
      assertSplits(loss.withLabelSmoothing(0.2), logits, labels);
      assertSplits(loss, logits, target);
      assertSplits(new NLLLoss(weight, -100, reduction), logits, labels);
    }
  }

  private static void assertSplits(Loss loss, Tensor logits, Tensor target) {
    Request request = target.dtype().isInteger() ? Request.LOSS.withAccuracy() : Request.LOSS;
    LossTotals whole = session.evaluate(loss, logits, target, request).totals();
    Random random = new Random(2);
    for (int draw = 0; draw < 10; draw++) {
      List<LossTotals> parts = new ArrayList<>();
      for (int row = 0; row < ROWS; ) {
        int count = Math.min(ROWS - row, random.nextInt(30));
        Tensor in = logits.slice(row, count);
        parts.add(session.evaluate(loss, in, target.slice(row, count), request).totals());
        row += count;
      }
      Collections.shuffle(parts, random);
      LossTotals merged = new LossTotals(loss);
      parts.forEach(merged::merge);
      Bits.assertSame(whole.value(), merged.value(), "value of " + loss);
      Bits.assertSame(whole.sum(), merged.sum(), "sum of " + loss);
      Bits.assertSame(whole.weight(), merged.weight(), "weight of " + loss);
      assertEquals(whole.rows(), merged.rows());
      assertEquals(whole.ignored(), merged.ignored());
      assertEquals(whole.correct(), merged.correct());
    }
  }

  @Test
  void theSumIsOfTheRowsLossesRoundedOnce() {
    LossTotals totals = new LossTotals(new NLLLoss());
    totals.addLosses(Tensor.of(new double[] {1e308, 1, -1e308}));
    totals.addWeight(0.5);
    totals.addWeight(0.25, 6);
    totals.addIgnored(1);
    totals.addCorrect(1);
    assertEquals(1, totals.sum());
    assertEquals(0.5, totals.mean());
    assertEquals(0.5, totals.value());
    assertEquals(2, totals.weight());
    assertEquals(3, totals.rows());
    assertEquals(0.5, totals.accuracy());
  }

  @Test
  void theValueIsThatOfTheReduction() {
    for (Reduction reduction : Draws.REDUCTIONS) {
      LossTotals totals = new LossTotals(new NLLLoss().withReduction(reduction));
      totals.addLosses(Tensor.of(new double[] {2, 4}));
      totals.addWeight(1, 2);
      assertEquals(reduction == Reduction.MEAN ? 3 : 6, totals.value());
    }
  }

  @Test
  void totalsOfNothingHaveNoMean() {
    LossTotals totals = new LossTotals(new CrossEntropyLoss());
    assertEquals(Double.NaN, totals.value());
    assertEquals(Double.NaN, totals.accuracy());
    assertEquals(0, totals.sum());
  }

  /** PyTorch: 0 / 0 for the smoothed part, though the other has an infinite quotient. */
  @Test
  void smoothedLossesOverNoWeightHaveNoMean() {
    CrossEntropyLoss loss = new CrossEntropyLoss();
    assertEquals(Double.POSITIVE_INFINITY, oneOverZero(loss).mean());
    assertEquals(Double.NaN, oneOverZero(loss.withLabelSmoothing(0.1)).mean());
  }

  private static LossTotals oneOverZero(Loss loss) {
    LossTotals totals = new LossTotals(loss);
    totals.addLosses(Tensor.of(new double[] {1}));
    totals.addWeight(0);
    return totals;
  }

  @Test
  void totalsOfAnotherKindAreRefused() {
    CrossEntropyLoss loss = new CrossEntropyLoss();
    LossTotals mean = new LossTotals(loss);
    LossTotals sum = new LossTotals(loss.withReduction(Reduction.SUM));
    LossTotals smoothed = new LossTotals(loss.withLabelSmoothing(0.1));
    assertEquals(
        "totals of reduction MEAN, smoothed false, do not merge with those of SUM, smoothed false",
        assertThrows(InvalidInputException.class, () -> mean.merge(sum)).getMessage());
    assertEquals(
        "totals of reduction MEAN, smoothed false, do not merge with those of MEAN, smoothed true",
        assertThrows(InvalidInputException.class, () -> mean.merge(smoothed)).getMessage());
    mean.merge(new LossTotals(new NLLLoss()));
  }

  @Test
  void accuracyIsUnknownUnlessItWasAskedFor() {
    Tensor logits = Tensor.of(new float[] {1, 2, 3}, 1, 3);
    Tensor labels = Tensor.of(new long[] {2});
    CrossEntropyLoss loss = new CrossEntropyLoss();
    LossTotals plain = session.evaluate(loss, logits, labels).totals();
    LossTotals counted =
        session.evaluate(loss, logits, labels, Request.LOSS.withAccuracy()).totals();
    assertEquals(Double.NaN, plain.accuracy());
    assertEquals(1, counted.accuracy());
    assertThrows(InvalidInputException.class, () -> plain.merge(counted));
    LossTotals none = new LossTotals(loss);
    none.merge(counted);
    assertEquals(1, none.accuracy());
  }
}
