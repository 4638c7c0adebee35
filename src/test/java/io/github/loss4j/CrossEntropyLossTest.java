// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.loss4j.host.Draws;
import io.github.loss4j.host.ExpectedLoss;
import io.github.loss4j.host.Reference;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Cross-entropy of logits and labels. */
class CrossEntropyLossTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  /** p = (1/4, 3/4). */
  @Test
  void twoClassesWorkedByHand() {
    Tensor logits = Tensor.of(new double[] {0, Math.log(3)}, 1, 2);
    Tensor gradient = Tensor.allocate(DType.F64, 1, 2);
    double loss = gradientOf(new CrossEntropyLoss(), logits, labels(0), gradient);
    assertEquals(Math.log(4), loss, 1e-15);
    assertArrayEquals(new double[] {-0.75, 0.75}, gradient.toDoubleArray(), 1e-15);
  }

  @Test
  void smoothingAndWeightsWorkedByHand() {
    Tensor logits = Tensor.of(new double[] {0, Math.log(3)}, 1, 2);
    Tensor weight = Tensor.of(new double[] {2, 5});
    CrossEntropyLoss loss = new CrossEntropyLoss(weight, -100, Reduction.SUM, 0.5);
    double expected = 0.5 * 2 * Math.log(4) + 0.25 * (2 * Math.log(4) + 5 * Math.log(4.0 / 3));
    assertEquals(expected, valueOf(loss, logits, labels(0)), 1e-15);
    CrossEntropyLoss mean = loss.withReduction(Reduction.MEAN);
    assertEquals(expected / 2, valueOf(mean, logits, labels(0)), 1e-15);
  }

  @Test
  void equalLogitsGiveTheLogarithmOfTheNumberOfClasses() {
    for (int classes : new int[] {1, 2, 3, 1000, 50257}) {
      Tensor logits = Tensor.allocate(DType.F32, 1, classes);
      assertEquals(
          (float) Math.log(classes),
          valueOf(new CrossEntropyLoss(), logits, labels(classes - 1)),
          Math.ulp((float) Math.log(classes)));
    }
  }

  @Test
  void lossAndGradientAreThoseOfTheDefinition() {
    for (int seed = 0; seed < 200; seed++) {
      compare(seed, DType.F64, 1e-13, 1e-8);
      compare(seed, DType.F32, 2e-6, 1e-6);
    }
  }

  private static void compare(
      int seed, DType dtype, double lossTolerance, double gradientTolerance) {
    Draws draws = new Draws(seed);
    long[] shape = draws.shape();
    int classes = (int) shape[shape.length == 1 ? 0 : 1];
    long ignoreIndex = draws.pick(List.of(-100L, 0L, classes - 1L, Long.MIN_VALUE));
    double smoothing = draws.pick(List.of(0.0, 0.1, 0.9, 1.0));
    Tensor logits = draws.normal(draws.pick(List.of(0.1, 1.0, 5.0)), dtype, shape);
    Tensor labels = draws.labels(classes, ignoreIndex, DType.I64, Draws.rowShape(shape));
    Tensor weight = draws.weightOrNull(dtype, classes);
    CrossEntropyLoss loss = new CrossEntropyLoss(weight, ignoreIndex, draws.reduction(), smoothing);
    Tensor upstream = draws.upstreamOrNull(loss, dtype, shape);

    double[] weights = weight == null ? null : weight.toDoubleArray();
    ExpectedLoss expected = new ExpectedLoss(logits, loss.reduction(), upstream);
    for (long label : labels.toLongArray()) {
      if (label == ignoreIndex) {
        expected.addIgnored();
      } else {
        expected.add(
            x -> Reference.crossEntropy(x, (int) label, weights, smoothing),
            weights == null ? 1 : weights[(int) label]);
      }
    }
    Tensor gradient = Tensor.allocate(dtype, shape);
    Request request = Request.gradient(gradient).withUpstream(upstream);
    String message = "seed %d: %s of %s".formatted(seed, loss, logits);
    expected.assertLoss(session.evaluate(loss, logits, labels, request), lossTolerance, message);
    expected.assertGradient(gradient, gradientTolerance, message);
  }

  /** A row is summed in segments; its end, its label and its largest logit may be in any. */
  @Test
  void rowsOfManySegmentsAreThoseOfTheDefinition() {
    for (int classes : new int[] {2047, 2048, 2049, 4096, 10_000}) {
      Draws draws = new Draws(classes);
      Tensor logits = draws.normal(3, DType.F64, 1, classes);
      logits.setDouble(classes / 2, 20);
      double[] x = logits.toDoubleArray();
      for (int label : new int[] {0, classes / 2, classes - 1}) {
        for (double smoothing : new double[] {0, 0.2}) {
          CrossEntropyLoss loss = new CrossEntropyLoss().withLabelSmoothing(smoothing);
          double expected = Reference.crossEntropy(x, label, null, smoothing);
          assertEquals(expected, valueOf(loss, logits, labels(label)), 1e-12 * expected);
        }
      }
    }
  }

  @Test
  void ignoreIndexMayBeAValidClass() {
    Tensor logits = Tensor.of(new double[] {0, 1, 2, 5, 4, 3}, 2, 3);
    Tensor gradient = Tensor.allocate(DType.F64, 2, 3);
    CrossEntropyLoss loss = new CrossEntropyLoss().withIgnoreIndex(1);
    LossResult result = session.evaluate(loss, logits, labels(2, 1), Request.gradient(gradient));
    assertEquals(Reference.nll(new double[] {0, 1, 2}, 2), result.value(), 1e-15);
    assertEquals(1, result.totals().ignored());
    assertEquals(2, result.totals().rows());
    assertArrayEquals(new double[3], gradient.slice(1, 1).toDoubleArray());
  }

  @Test
  void ignoreIndexMayBeAnyLong() {
    Tensor logits = Tensor.of(new double[] {0, 1, 2, 5, 4, 3}, 2, 3);
    double expected = Reference.nll(new double[] {0, 1, 2}, 2);
    for (long index : new long[] {-100, -1, 3, 1L << 32, Long.MIN_VALUE, Long.MAX_VALUE}) {
      CrossEntropyLoss loss = new CrossEntropyLoss().withIgnoreIndex(index);
      assertEquals(expected, valueOf(loss, logits, labels(2, index)), 1e-15);
    }
    Tensor bytes = Tensor.allocate(DType.U8, 2);
    bytes.setLong(0, 2);
    bytes.setLong(1, 255);
    CrossEntropyLoss loss = new CrossEntropyLoss().withIgnoreIndex(255);
    assertEquals(expected, valueOf(loss, logits, bytes), 1e-15);
  }

  @Test
  void labelsMayBeOfAnyIntegerType() {
    Tensor logits = new Draws(1).normal(1, DType.F32, 4, 100);
    double expected = valueOf(new CrossEntropyLoss(), logits, labels(0, 99, 5, 77));
    for (DType dtype : List.of(DType.I32, DType.I16, DType.I8, DType.U8)) {
      Tensor labels = Tensor.allocate(dtype, 4);
      for (int i = 0; i < 4; i++) {
        labels.setLong(i, new long[] {0, 99, 5, 77}[i]);
      }
      assertEquals(expected, valueOf(new CrossEntropyLoss(), logits, labels));
    }
  }

  @Test
  void allRowsIgnoredMakeTheMeanNanAndTheGradientZero() {
    Tensor logits = Tensor.of(new double[] {0, 1, 2, 5, 4, 3}, 2, 3);
    Tensor gradient = Tensor.of(new double[] {9, 9, 9, 9, 9, 9}, 2, 3);
    for (double smoothing : new double[] {0, 0.1}) {
      CrossEntropyLoss loss = new CrossEntropyLoss().withLabelSmoothing(smoothing);
      assertEquals(Double.NaN, gradientOf(loss, logits, labels(-100, -100), gradient));
      assertArrayEquals(new double[6], gradient.toDoubleArray());
      CrossEntropyLoss sum = loss.withReduction(Reduction.SUM);
      assertEquals(0, valueOf(sum, logits, labels(-100, -100)));
    }
  }

  @Test
  void noRowsHaveNoMean() {
    Tensor logits = Tensor.allocate(DType.F32, 0, 5);
    Tensor labels = Tensor.allocate(DType.I64, 0);
    CrossEntropyLoss loss = new CrossEntropyLoss();
    Tensor gradient = Tensor.allocate(DType.F32, 0, 5);
    assertEquals(Double.NaN, gradientOf(loss, logits, labels, gradient));
    assertEquals(0, valueOf(loss.withReduction(Reduction.SUM), logits, labels));
    LossResult none = session.evaluate(loss.withReduction(Reduction.NONE), logits, labels);
    assertArrayEquals(new long[] {0}, none.loss().shape());
    assertEquals(0, none.totals().rows());
  }

  @Test
  void lossesHaveTheShapeOfTheRows() {
    CrossEntropyLoss loss = new CrossEntropyLoss().withReduction(Reduction.NONE);
    Tensor logits = Tensor.allocate(DType.F32, 2, 3, 4, 5);
    Tensor labels = Tensor.allocate(DType.I64, 2, 4, 5);
    assertArrayEquals(new long[] {2, 4, 5}, session.evaluate(loss, logits, labels).loss().shape());
    Tensor row = Tensor.allocate(DType.F32, 3);
    Tensor label = Tensor.allocate(DType.I64);
    assertArrayEquals(new long[0], session.evaluate(loss, row, label).loss().shape());
    CrossEntropyLoss mean = new CrossEntropyLoss();
    assertArrayEquals(new long[0], session.evaluate(mean, logits, labels).loss().shape());
  }

  @Test
  void lossesHaveTheArithmeticTypeOfTheLogits() {
    for (DType dtype : List.of(DType.F64, DType.F32, DType.F16, DType.BF16)) {
      Tensor logits = Tensor.allocate(dtype, 1, 3);
      Tensor loss = session.evaluate(new CrossEntropyLoss(), logits, labels(0)).loss();
      assertEquals(dtype == DType.F64 ? DType.F64 : DType.F32, loss.dtype());
    }
  }

  @Test
  void narrowLogitsAreWidenedExactly() {
    for (DType dtype : List.of(DType.F16, DType.BF16)) {
      Tensor narrow = new Draws(2).normal(3, dtype, 5, 40);
      Tensor wide = Tensor.of(narrow.toFloatArray(), 5, 40);
      Tensor labels = new Draws(3).labels(40, -100, DType.I64, 5);
      assertEquals(
          valueOf(new CrossEntropyLoss(), wide, labels),
          valueOf(new CrossEntropyLoss(), narrow, labels));
    }
  }

  @Test
  void weightsOfZeroHaveNoMean() {
    Tensor logits = Tensor.of(new double[] {0, 1, 2}, 1, 3);
    CrossEntropyLoss loss = new CrossEntropyLoss().withWeight(Tensor.of(new double[] {1, 1, 0}));
    assertEquals(Double.NaN, valueOf(loss, logits, labels(2)));
    assertEquals(0, valueOf(loss.withReduction(Reduction.SUM), logits, labels(2)));
    Tensor gradient = Tensor.allocate(DType.F64, 1, 3);
    CrossEntropyLoss smoothed = loss.withLabelSmoothing(0.5);
    assertEquals(Double.NaN, gradientOf(smoothed, logits, labels(2), gradient));
    double nan = Double.NaN;
    assertArrayEquals(new double[] {nan, nan, nan}, gradient.toDoubleArray());
  }

  @Test
  void minusInfinityIsAProbabilityOfZero() {
    Tensor logits = Tensor.of(new double[] {-INFINITY, 0, 0}, 1, 3);
    Tensor gradient = Tensor.allocate(DType.F64, 1, 3);
    double loss = gradientOf(new CrossEntropyLoss(), logits, labels(1), gradient);
    assertEquals(Math.log(2), loss, 1e-15);
    assertArrayEquals(new double[] {0, -0.5, 0.5}, gradient.toDoubleArray(), 1e-15);
    assertEquals(INFINITY, valueOf(new CrossEntropyLoss(), logits, labels(0)));
  }

  @Test
  void rowsWithoutADistributionAreNan() {
    double[][] rows = {
      {-INFINITY, -INFINITY, -INFINITY}, {INFINITY, 0, 0}, {0, INFINITY, 0}, {0, 0, Double.NaN}
    };
    for (double[] row : rows) {
      Tensor gradient = Tensor.allocate(DType.F64, 1, 3);
      double loss = gradientOf(new CrossEntropyLoss(), Tensor.of(row, 1, 3), labels(1), gradient);
      assertEquals(Double.NaN, loss);
      assertEquals(Double.NaN, gradient.getDouble(0));
    }
  }

  @Test
  void onlyTheRowWithNanIsNan() {
    Tensor logits = Tensor.of(new float[] {0, Float.NaN, 0, 0}, 2, 2);
    CrossEntropyLoss loss = new CrossEntropyLoss().withReduction(Reduction.NONE);
    Tensor losses = session.evaluate(loss, logits, labels(0, 1)).loss();
    assertEquals(Float.NaN, losses.getDouble(0));
    assertEquals((float) Math.log(2), losses.getDouble(1));
  }

  @Test
  void labelSmoothingIsFromZeroToOne() {
    CrossEntropyLoss loss = new CrossEntropyLoss();
    assertEquals(0, loss.withLabelSmoothing(-3).labelSmoothing(), "as in PyTorch");
    assertEquals(1, loss.withLabelSmoothing(1).labelSmoothing());
    for (double wrong : new double[] {1.0001, INFINITY, Double.NaN}) {
      Exception e = assertThrows(InvalidInputException.class, () -> loss.withLabelSmoothing(wrong));
      assertEquals("labelSmoothing must be between 0 and 1, but is " + wrong, e.getMessage());
    }
  }

  @Test
  void theDefaultsArePyTorchs() {
    CrossEntropyLoss loss = new CrossEntropyLoss();
    assertEquals(new CrossEntropyLoss(null, -100, Reduction.MEAN, 0), loss);
    Tensor weight = Tensor.of(new float[1]);
    assertEquals(
        new CrossEntropyLoss(weight, 7, Reduction.SUM, 0.5),
        loss.withWeight(weight)
            .withIgnoreIndex(7)
            .withReduction(Reduction.SUM)
            .withLabelSmoothing(0.5));
  }

  private static double gradientOf(Loss loss, Tensor logits, Tensor labels, Tensor gradient) {
    return session.evaluate(loss, logits, labels, Request.gradient(gradient)).value();
  }

  private static double valueOf(Loss loss, Tensor logits, Tensor labels) {
    return session.evaluate(loss, logits, labels).loss().getDouble(0);
  }

  private static Tensor labels(long... labels) {
    return Tensor.of(labels);
  }
}
