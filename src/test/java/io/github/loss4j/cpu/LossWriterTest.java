// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.DType;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.HostSession;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Losses have their exact sum, whoever adds them, and are there where they are wanted. */
class LossWriterTest {
  private static final int COUNT = 400_001;

  private final Random random = new Random(1);

  /** The negatives of the losses: log-probabilities of one class. */
  private Tensor losses(DType dtype, int exponents) {
    Tensor losses = Tensor.allocate(dtype, COUNT, 1);
    for (int i = 0; i < COUNT; i++) {
      losses.setDouble(i, Math.scalb(random.nextGaussian(), random.nextInt(exponents) - 130));
    }
    return losses;
  }

  private static LossResult evaluate(
      Tensor negatives, Reduction reduction, int threads, boolean vectors) {
    try (LossSession session = new HostSession("cpu", "Java", JavaKernels.open(threads, vectors))) {
      NLLLoss loss = new NLLLoss().withReduction(reduction);
      return session.evaluate(loss, negatives, Tensor.of(new int[COUNT]), Request.LOSS);
    }
  }

  private static double exactSum(Tensor negatives) {
    BigDecimal exact = BigDecimal.ZERO;
    for (int i = 0; i < COUNT; i++) {
      exact = exact.subtract(new BigDecimal(negatives.getDouble(i)));
    }
    return exact.doubleValue();
  }

  @ParameterizedTest(name = "{0} threads, vectors: {1}, {2}, {3} exponents")
  @CsvSource({
    "1, false, F32, 200",
    "3, false, F32, 200",
    "1, true, F32, 200",
    "3, true, F32, 200",
    "3, true, F32, 10",
    "3, true, F64, 200",
  })
  void manyLossesHaveTheirExactSum(int threads, boolean vectors, DType dtype, int exponents) {
    Tensor negatives = losses(dtype, exponents);
    LossResult result = evaluate(negatives, Reduction.SUM, threads, vectors);
    assertEquals(exactSum(negatives), result.totals().sum());
    assertEquals(COUNT, result.totals().rows());
  }

  @Test
  void wantedLossesAreSummedToo() {
    Tensor negatives = losses(DType.F32, 100);
    LossResult result = evaluate(negatives, Reduction.NONE, 3, true);
    for (int i = 0; i < COUNT; i++) {
      assertEquals(-negatives.getDouble(i), result.loss().getDouble(i));
    }
    assertEquals(exactSum(negatives), result.totals().sum());
  }

  @Test
  void infiniteLossesAreCounted() {
    Tensor negatives = losses(DType.F32, 10);
    negatives.setDouble(COUNT / 2, Double.NEGATIVE_INFINITY);
    LossResult result = evaluate(negatives, Reduction.SUM, 3, true);
    assertEquals(Double.POSITIVE_INFINITY, result.totals().sum());
    negatives.setDouble(COUNT / 3, Double.NaN);
    assertEquals(Double.NaN, evaluate(negatives, Reduction.SUM, 3, true).totals().sum());
  }
}
