// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Draws;
import io.github.loss4j.host.LinearCase;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Cross-entropy from hidden states is that of the logits they make. */
class LinearCrossEntropyTest {
  private static final List<DType> TYPES = List.of(DType.F64, DType.F32, DType.F16, DType.BF16);
  private static final double ROUNDED_F16 = 0x1p-10;
  private static final double ROUNDED_BF16 = 0x1p-7;

  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  /** Logits (0, log 3) of a hidden state of 1; p = (1/4, 3/4). */
  @Test
  void twoClassesWorkedByHand() {
    Tensor hidden = Tensor.of(new double[] {1}, 1, 1);
    ClassMatrix classes =
        new ClassMatrix(
            Tensor.of(new double[] {2, Math.log(3)}, 2, 1), Tensor.of(new double[] {-2, 0}));
    Tensor hiddenGradient = Tensor.allocate(DType.F64, 1, 1);
    Tensor weightGradient = Tensor.allocate(DType.F64, 2, 1);
    Tensor biasGradient = Tensor.allocate(DType.F64, 2);
    LinearRequest request =
        LinearRequest.LOSS
            .withHiddenGradient(hiddenGradient)
            .withWeightGradient(weightGradient)
            .withBiasGradient(biasGradient);
    LossResult result =
        session.linearCrossEntropy(
            new CrossEntropyLoss(), hidden, classes, Tensor.of(new long[] {0}), request);
    assertEquals(Math.log(4), result.value(), 1e-15);
    assertEquals(0.75 * (Math.log(3) - 2), hiddenGradient.getDouble(0), 1e-15);
    assertArrayEquals(new double[] {-0.75, 0.75}, weightGradient.toDoubleArray(), 1e-15);
    assertArrayEquals(new double[] {-0.75, 0.75}, biasGradient.toDoubleArray(), 1e-15);
  }

  @Test
  void lossAndGradientsAreThoseOfTheDefinition() {
    for (int seed = 0; seed < 150; seed++) {
      compare(seed, DType.F64, DType.F64, 1e-13);
      compare(seed, DType.F32, DType.F32, 2e-5);
      compare(seed, DType.F16, DType.F32, 2e-5);
      compare(seed, DType.BF16, DType.F32, 2e-5);
      compare(seed, DType.F16, DType.F16, ROUNDED_F16);
      compare(seed, DType.BF16, DType.BF16, ROUNDED_BF16);
    }
  }

  private static void compare(int seed, DType dtype, DType gradients, double tolerance) {
    LinearCase drawn = LinearCase.draw(seed, dtype);
    LinearReference expected = new LinearReference(drawn);
    Map<String, Tensor> actual = drawn.compute(session, 0, gradients);
    String message = "seed %d, %s of %s".formatted(seed, drawn.loss(), drawn);
    double exact = dtype == DType.F64 ? tolerance : 2e-5;
    boolean none = drawn.loss().reduction() == Reduction.NONE;
    double[] losses = none ? expected.losses : new double[] {expected.value};
    assertClose(losses, actual.get("loss"), exact, message);
    assertClose(expected.hiddenGradient, actual.get("hidden gradient"), tolerance, message);
    assertClose(expected.weightGradient, actual.get("weight gradient"), tolerance, message);
    if (drawn.classes().bias() != null) {
      assertClose(expected.biasGradient, actual.get("bias gradient"), tolerance, message);
    }
  }

  private static void assertClose(
      double[] expected, Tensor actual, double tolerance, String message) {
    double largest = 1e-3;
    for (double x : expected) {
      largest = Math.max(largest, Double.isFinite(x) ? Math.abs(x) : 0);
    }
    assertArrayEquals(expected, actual.toDoubleArray(), tolerance * largest, message);
  }

  /** The rows go through the same evaluation: where the logits are exact, so are the bits. */
  @Test
  void exactLogitsHaveTheBitsOfCrossEntropy() {
    for (DType dtype : TYPES) {
      Tensor logits = new Draws(1).normal(3, dtype, 40, 33);
      Tensor identity = Tensor.allocate(dtype, 33, 33);
      for (int c = 0; c < 33; c++) {
        identity.setDouble(c * 34L, 1);
      }
      Tensor labels = new Draws(2).labels(33, -100, DType.I32, 40);
      for (Reduction reduction : List.of(Reduction.NONE, Reduction.MEAN, Reduction.SUM)) {
        CrossEntropyLoss loss =
            new CrossEntropyLoss().withReduction(reduction).withLabelSmoothing(0.1);
        LossResult expected = session.evaluate(loss, logits, labels);
        LossResult actual =
            session.linearCrossEntropy(loss, logits, new ClassMatrix(identity), labels);
        Bits.assertSame(expected.loss(), actual.loss(), dtype + ", " + reduction);
        Bits.assertSame(expected.value(), actual.value(), dtype + ", " + reduction);
      }
    }
  }

  @Test
  void gradientsAreCentralDifferences() {
    for (int seed = 0; seed < 20; seed++) {
      LinearCase drawn = LinearCase.of(new Draws(seed), DType.F64, 7, 5, 3);
      CrossEntropyLoss mean = drawn.loss().withReduction(Reduction.MEAN).withIgnoreIndex(-100);
      LinearCase of = drawn.withLoss(mean);
      Map<String, Tensor> gradients = of.compute(session, 0);
      assertDifferences(of, of.hidden(), gradients.get("hidden gradient"));
      assertDifferences(of, of.classes().weight(), gradients.get("weight gradient"));
      if (of.classes().bias() != null) {
        assertDifferences(of, of.classes().bias(), gradients.get("bias gradient"));
      }
    }
  }

  private static void assertDifferences(LinearCase of, Tensor variable, Tensor gradient) {
    DoubleSupplier loss =
        () -> session.linearCrossEntropy(of.loss(), of.hidden(), of.classes(), of.target()).value();
    double step = 0x1p-17;
    for (long i = 0; i < variable.size(); i++) {
      double x = variable.getDouble(i);
      variable.setDouble(i, x + step);
      double above = loss.getAsDouble();
      variable.setDouble(i, x - step);
      double below = loss.getAsDouble();
      variable.setDouble(i, x);
      double difference = (above - below) / (2 * step);
      if (!Double.isNaN(difference)) {
        assertEquals(difference, gradient.getDouble(i), 1e-8, of + ", element " + i);
      }
    }
  }

  @Test
  void noRowsHaveZeroGradientsAndNoMean() {
    for (DType dtype : TYPES) {
      LinearCase of = LinearCase.of(new Draws(3), dtype, 5, 0, 4).withLoss(new CrossEntropyLoss());
      Map<String, Tensor> results = of.compute(session, 0);
      assertTrue(Double.isNaN(results.get("loss").getDouble(0)));
      assertArrayEquals(new double[20], results.get("weight gradient").toDoubleArray());
    }
  }

  @Test
  void ignoredRowsHaveNoGradientAndNoMean() {
    LinearCase of = LinearCase.of(new Draws(4), DType.F32, 5, 40, 4);
    Tensor ignored = Tensor.allocate(DType.I8, 40);
    for (int row = 0; row < 40; row++) {
      ignored.setLong(row, -100);
    }
    LinearCase all =
        new LinearCase(new CrossEntropyLoss(), of.hidden(), of.classes(), ignored, null);
    Map<String, Tensor> results = all.compute(session, 0);
    assertTrue(Double.isNaN(results.get("loss").getDouble(0)));
    assertArrayEquals(new double[160], results.get("hidden gradient").toDoubleArray());
    assertArrayEquals(new double[20], results.get("weight gradient").toDoubleArray());
    assertArrayEquals(new long[] {40, 40, 0}, results.get("counts").toLongArray());
  }

  @Test
  void hiddenStatesWithoutElementsHaveTheBiasAsLogits() {
    Tensor bias = Tensor.of(new double[] {0, Math.log(3)});
    ClassMatrix classes = new ClassMatrix(Tensor.allocate(DType.F64, 2, 0), bias);
    Tensor gradient = Bits.poisoned(DType.F64, 2);
    LossResult result =
        session.linearCrossEntropy(
            new CrossEntropyLoss(),
            Tensor.allocate(DType.F64, 1, 0),
            classes,
            Tensor.of(new long[] {0}),
            LinearRequest.LOSS
                .withBiasGradient(gradient)
                .withHiddenGradient(Tensor.allocate(DType.F64, 1, 0))
                .withWeightGradient(Tensor.allocate(DType.F64, 2, 0)));
    assertEquals(Math.log(4), result.value(), 1e-15);
    assertArrayEquals(new double[] {-0.75, 0.75}, gradient.toDoubleArray(), 1e-15);
  }

  /** A language model's vocabulary: 100 MB of logits, of which 64 MiB exist at a time. */
  @Test
  void aLargeVocabularyFitsIntoTheDefaultWorkspace() {
    int classes = 50257;
    Draws draws = new Draws(5);
    LinearCase of =
        new LinearCase(
            new CrossEntropyLoss(),
            draws.normal(1, DType.F32, 512, 64),
            new ClassMatrix(draws.normal(0.1, DType.F32, classes, 64)),
            draws.labels(classes, -100, DType.I64, 512),
            null);
    Map<String, Tensor> results = of.compute(session, LinearRequest.DEFAULT_WORKSPACE_BYTES);
    // Logits are normal with a variance of 64 * 0.1^2, so e^x has a mean of e^0.32.
    assertEquals(Math.log(classes) + 0.32, results.get("value").getDouble(0), 0.1);
    // Rows of p - y sum to 0, so those of the weight gradient do for every column.
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += results.get("weight gradient").getDouble(64L * c);
    }
    assertEquals(0, sum, 1e-5);
  }
}
