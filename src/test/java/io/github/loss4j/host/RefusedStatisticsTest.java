// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.loss4j.BCEWithLogitsLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Loss;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Request;
import io.github.loss4j.RowStatistic;
import io.github.loss4j.Tensor;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Statistics that a loss or a target has not. */
class RefusedStatisticsTest {
  @AutoClose
  private static final LossSession session =
      new HostSession("test", "no device", new UnreachableKernels(DType.F32, DType.F64));

  private static void refused(String message, Loss loss, Tensor target, RowStatistic... wanted) {
    Tensor logits = Tensor.allocate(DType.F32, 2, 3);
    Request request = Request.LOSS.withStatistics(wanted);
    Exception e =
        assertThrows(
            InvalidInputException.class, () -> session.evaluate(loss, logits, target, request));
    assertEquals(message, e.getMessage());
  }

  @Test
  void otherLossesHaveNone() {
    refused(
        "the statistic ENTROPY is computed with CrossEntropyLoss, not with NLLLoss",
        new NLLLoss(),
        Tensor.of(new long[] {0, 1}),
        RowStatistic.ENTROPY);
    refused(
        "the statistic ARGMAX is computed with CrossEntropyLoss, not with BCEWithLogitsLoss",
        new BCEWithLogitsLoss(),
        Tensor.allocate(DType.F32, 2, 3),
        RowStatistic.ARGMAX);
  }

  @Test
  void probabilitiesHaveNoLabel() {
    for (RowStatistic statistic : new RowStatistic[] {RowStatistic.NLL, RowStatistic.RANK}) {
      refused(
          "the statistic %s needs labels, but the target is F32[2, 3]".formatted(statistic),
          new CrossEntropyLoss(),
          Tensor.allocate(DType.F32, 2, 3),
          RowStatistic.ENTROPY,
          statistic);
    }
  }

  @Test
  void rowsWithoutClassesHaveNone() {
    Tensor empty = Tensor.allocate(DType.F32, 2, 0);
    Request request = Request.LOSS.withStatistics(RowStatistic.ARGMAX);
    Exception e =
        assertThrows(
            InvalidInputException.class,
            () -> session.evaluate(new CrossEntropyLoss(), empty, empty, request));
    assertEquals("the input F32[2, 0] has rows without classes", e.getMessage());
  }

  @Test
  void whatWasNotRequestedIsNotThere() {
    Tensor none = Tensor.allocate(DType.F32, 0, 3);
    LossResult result =
        session.evaluate(
            new CrossEntropyLoss(),
            none,
            Tensor.allocate(DType.I64, 0),
            Request.LOSS.withStatistics(RowStatistic.NLL));
    Exception e =
        assertThrows(InvalidInputException.class, () -> result.statistic(RowStatistic.LOG_SUM_EXP));
    assertEquals(
        "the statistic LOG_SUM_EXP was not requested; ask for it with Request.withStatistics",
        e.getMessage());
  }
}
