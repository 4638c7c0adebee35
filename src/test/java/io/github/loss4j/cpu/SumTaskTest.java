// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.DType;
import io.github.loss4j.LossTotals;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowKernels;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses that several threads sum have the exact sum. */
class SumTaskTest {
  private static final int COUNT = 400_001;

  @ParameterizedTest(name = "{0} threads")
  @ValueSource(ints = {1, 3})
  void sumsOfManyLosses(int threads) {
    Random random = new Random(1);
    Tensor losses = Tensor.allocate(DType.F32, COUNT);
    BigDecimal exact = BigDecimal.ZERO;
    for (int i = 0; i < COUNT; i++) {
      float loss = (float) Math.scalb(random.nextGaussian(), random.nextInt(200) - 150);
      losses.setDouble(i, loss);
      exact = exact.add(new BigDecimal(loss));
    }
    LossTotals totals = new LossTotals(new NLLLoss());
    try (RowKernels kernels = JavaKernels.open(threads, false)) {
      kernels.addLosses(losses, totals);
    }
    assertEquals(exact.doubleValue(), totals.sum());
    assertEquals(COUNT, totals.rows());
  }
}
