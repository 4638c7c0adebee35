// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Request;
import io.github.loss4j.RowStatistic;
import io.github.loss4j.Tensor;
import org.junit.jupiter.api.Test;

/** Statistics on a device that takes the rows in pieces. */
class StatisticTensorsTest {
  @Test
  void piecesFillTheirRows() {
    Tensor logits = new Draws(1).normal(3, DType.F32, 6, 50, 7);
    Tensor labels = new Draws(2).labels(50, -100, DType.I64, 6, 7);
    Request request = Request.LOSS.withStatistics(RowStatistic.values());
    SmallKernels small = new SmallKernels(3 * 50 * 4, 1 << 20);
    try (LossSession whole = LossBackend.named("cpu").open();
        LossSession pieces = new HostSession("test", "small device", small)) {
      LossResult expected = whole.evaluate(new CrossEntropyLoss(), logits, labels, request);
      LossResult actual = pieces.evaluate(new CrossEntropyLoss(), logits, labels, request);
      assertTrue(small.computed().size() > 6, "computed in pieces");
      for (RowStatistic statistic : RowStatistic.values()) {
        Bits.assertSame(
            expected.statistic(statistic), actual.statistic(statistic), statistic.name());
      }
    }
  }
}
