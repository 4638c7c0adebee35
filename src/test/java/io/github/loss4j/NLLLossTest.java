// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.host.Draws;
import io.github.loss4j.host.ExpectedLoss;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Negative log-likelihood of labels under given log-probabilities. */
class NLLLossTest {
  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  @Test
  void lossAndGradientWorkedByHand() {
    Tensor input = Tensor.of(new double[] {-1, -2, -3, -4, -5, -6}, 3, 2);
    Tensor gradient = Tensor.of(new double[] {9, 9, 9, 9, 9, 9}, 3, 2);
    NLLLoss loss = new NLLLoss().withWeight(Tensor.of(new double[] {2, 6}));
    LossResult result =
        session.evaluate(
            loss, input, Tensor.of(new long[] {0, 1, -100}), Request.gradient(gradient));
    assertEquals((2 * 1 + 6 * 4) / 8.0, result.value());
    assertEquals(1, result.totals().ignored());
    assertArrayEquals(new double[] {-0.25, 0, 0, -0.75, 0, 0}, gradient.toDoubleArray());
  }

  @Test
  void lossAndGradientAreThoseOfTheDefinition() {
    for (int seed = 0; seed < 200; seed++) {
      compare(seed, DType.F64, 1e-14, 1e-9);
      compare(seed, DType.F32, 1e-6, 1e-6);
    }
  }

  private static void compare(
      int seed, DType dtype, double lossTolerance, double gradientTolerance) {
    Draws draws = new Draws(seed);
    long[] shape = draws.shape();
    int classes = (int) shape[shape.length == 1 ? 0 : 1];
    long ignoreIndex = draws.pick(List.of(-100L, 0L, classes - 1L, Long.MAX_VALUE));
    Tensor input = draws.normal(3, dtype, shape);
    Tensor labels = draws.labels(classes, ignoreIndex, DType.I64, Draws.rowShape(shape));
    Tensor weight = draws.weightOrNull(dtype, classes);
    NLLLoss loss = new NLLLoss(weight, ignoreIndex, draws.reduction());
    Tensor upstream = draws.upstreamOrNull(loss, dtype, shape);

    ExpectedLoss expected = new ExpectedLoss(input, loss.reduction(), upstream);
    for (long label : labels.toLongArray()) {
      if (label == ignoreIndex) {
        expected.addIgnored();
      } else {
        double w = weight == null ? 1 : weight.getDouble(label);
        expected.add(x -> -w * x[(int) label], w);
      }
    }
    Tensor gradient = Tensor.allocate(dtype, shape);
    Request request = Request.gradient(gradient).withUpstream(upstream);
    String message = "seed %d: %s of %s".formatted(seed, loss, input);
    expected.assertLoss(session.evaluate(loss, input, labels, request), lossTolerance, message);
    expected.assertGradient(gradient, gradientTolerance, message);
  }

  @Test
  void onlyTheLabelsElementIsLookedAt() {
    double nan = Double.NaN;
    Tensor input = Tensor.of(new double[] {nan, -2, nan, nan, nan, -7}, 2, 3);
    NLLLoss loss = new NLLLoss().withIgnoreIndex(0).withReduction(Reduction.SUM);
    Tensor gradient = Tensor.allocate(DType.F64, 2, 3);
    Request request = Request.gradient(gradient);
    assertEquals(9, session.evaluate(loss, input, Tensor.of(new long[] {1, 2}), request).value());
    assertArrayEquals(new double[] {0, -1, 0, 0, 0, -1}, gradient.toDoubleArray());
    assertEquals(2, session.evaluate(loss, input, Tensor.of(new long[] {1, 0})).value());
  }

  @Test
  void allRowsIgnoredMakeTheMeanNanAndTheGradientZero() {
    Tensor input = Tensor.of(new double[] {-1, -2, -3, -4}, 2, 2);
    Tensor gradient = Tensor.of(new double[] {9, 9, 9, 9}, 2, 2);
    Tensor labels = Tensor.of(new int[] {-100, -100});
    assertEquals(
        Double.NaN,
        session.evaluate(new NLLLoss(), input, labels, Request.gradient(gradient)).value());
    assertArrayEquals(new double[4], gradient.toDoubleArray());
  }

  @Test
  void theLossAfterLogSoftmaxIsCrossEntropy() {
    Tensor logits = new Draws(1).normal(3, DType.F64, 3, 10, 2);
    Tensor labels = new Draws(2).labels(10, -100, DType.I64, 3, 2);
    Tensor logProbabilities = session.apply(new LogSoftmax(1), logits);
    assertEquals(
        session.evaluate(new CrossEntropyLoss(), logits, labels).value(),
        session.evaluate(new NLLLoss(), logProbabilities, labels).value(),
        1e-14);
  }

  @Test
  void theDefaultsArePyTorchs() {
    assertEquals(new NLLLoss(null, -100, Reduction.MEAN), new NLLLoss());
  }
}
