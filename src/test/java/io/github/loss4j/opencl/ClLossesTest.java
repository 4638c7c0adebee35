// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.loss4j.DType;
import io.github.loss4j.ExactSum;
import io.github.loss4j.KLDivLoss;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Reduction;
import io.github.loss4j.Tensor;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The device's sum of losses has the bits of one that Java adds up term by term. */
@RequiresOpenCl
class ClLossesTest {
  private static final int[] COUNTS = {1, 1000, 1 << 14, 40_001, 700_007};

  private final Random random = new Random(8);

  @ParameterizedTest
  @CsvSource({"F32, false", "F32, true", "F64, false", "F64, true"})
  void sumsAreExact(DType dtype, boolean asGpu) {
    try (LossSession session = new OpenClSession(ClContext.open(TestKernels.device(asGpu)))) {
      for (int count : COUNTS) {
        assertExact(session, dtype, count, random::nextGaussian);
        assertExact(session, dtype, count, () -> anyNumber(dtype));
        assertExact(session, dtype, count, () -> -0.0);
        assertExact(session, dtype, count, () -> dtype == DType.F32 ? Float.MAX_VALUE : 1e308);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"F32, false", "F32, true", "F64, false", "F64, true"})
  void whatIsNotFiniteIsCounted(DType dtype, boolean asGpu) {
    double[] special = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    try (LossSession session = new OpenClSession(ClContext.open(TestKernels.device(asGpu)))) {
      assertExact(
          session,
          dtype,
          50_000,
          () -> random.nextInt(100) == 0 ? special[random.nextInt(3)] : random.nextGaussian());
    }
  }

  private double anyNumber(DType dtype) {
    for (; ; ) {
      double number =
          dtype == DType.F32
              ? Float.intBitsToFloat(random.nextInt())
              : Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(number)) {
        return number;
      }
    }
  }

  /** The loss of an element of one kind and of a row of another is the number itself. */
  private void assertExact(LossSession session, DType dtype, int count, DoubleSupplier numbers) {
    Tensor negated = Tensor.allocate(dtype, count);
    Tensor ones = Tensor.allocate(dtype, count);
    ExactSum expected = new ExactSum();
    for (int i = 0; i < count; i++) {
      double number = numbers.getAsDouble();
      negated.setDouble(i, -number);
      ones.setDouble(i, 1);
      expected.add(-negated.getDouble(i));
    }
    String of = "%d losses of %s".formatted(count, dtype);
    assertSum(
        expected,
        session.evaluate(new KLDivLoss(Reduction.SUM, false), negated, ones),
        of + " of elements");
    Tensor labels = Tensor.allocate(DType.I64, count);
    assertSum(
        expected,
        session.evaluate(new NLLLoss(null, -100, Reduction.SUM), negated.reshape(count, 1), labels),
        of + " of rows");
  }

  private static void assertSum(ExactSum expected, LossResult result, String message) {
    ExactSum actual = new ExactSum();
    result.totals().addSumsTo(actual, new ExactSum());
    assertArrayEquals(expected.toBytes(), actual.toBytes(), message);
  }
}
