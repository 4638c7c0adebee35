// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Draws;
import io.github.loss4j.host.ExpectedLoss;
import io.github.loss4j.host.Reference;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Cross-entropy of logits and target probabilities. */
class CrossEntropyProbabilitiesTest {
  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  /** p = (1/4, 3/4), q = (1/2, 1/2). */
  @Test
  void twoClassesWorkedByHand() {
    Tensor logits = Tensor.of(new double[] {0, Math.log(3)}, 1, 2);
    Tensor target = Tensor.of(new double[] {0.5, 0.5}, 1, 2);
    Tensor toLogits = Tensor.allocate(DType.F64, 1, 2);
    Tensor toTarget = Tensor.allocate(DType.F64, 1, 2);
    Request request = Request.gradient(toLogits).withTargetGradient(toTarget);
    double loss = session.evaluate(new CrossEntropyLoss(), logits, target, request).value();
    assertEquals((Math.log(4) + Math.log(4.0 / 3)) / 2, loss, 1e-15);
    assertArrayEquals(new double[] {-0.25, 0.25}, toLogits.toDoubleArray(), 1e-15);
    assertArrayEquals(
        new double[] {Math.log(4), Math.log(4.0 / 3)}, toTarget.toDoubleArray(), 1e-15);
  }

  @Test
  void lossAndGradientsAreThoseOfTheDefinition() {
    for (int seed = 0; seed < 150; seed++) {
      compare(seed, DType.F64, DType.F64, 1e-13, 1e-8);
      compare(seed, DType.F32, DType.F32, 3e-6, 3e-6);
      compare(seed, DType.F32, DType.F64, 1e-13, 1e-6);
      compare(seed, DType.F64, DType.F32, 1e-13, 1e-6);
    }
  }

  private static void compare(
      int seed, DType dtype, DType targetDtype, double lossTolerance, double gradientTolerance) {
    Draws draws = new Draws(seed);
    long[] shape = draws.shape();
    double smoothing = draws.pick(List.of(0.0, 0.1, 0.9, 1.0));
    Tensor logits = draws.normal(draws.pick(List.of(0.1, 1.0, 5.0)), dtype, shape);
    Tensor target = draws.uniform(targetDtype, shape);
    Tensor weight = draws.weightOrNull(dtype, shape[shape.length == 1 ? 0 : 1]);
    CrossEntropyLoss loss = new CrossEntropyLoss(weight, -100, draws.reduction(), smoothing);
    DType arithmetic = targetDtype == DType.F64 ? DType.F64 : dtype;
    Tensor upstream = draws.upstreamOrNull(loss, arithmetic, shape);

    double[] weights = weight == null ? null : weight.toDoubleArray();
    ExpectedLoss expected = new ExpectedLoss(logits, loss.reduction(), upstream);
    for (double[] q : Reference.rows(target)) {
      expected.add(x -> Reference.crossEntropy(x, q, weights, smoothing), 1);
    }
    ExpectedLoss ofTarget = new ExpectedLoss(target, loss.reduction(), upstream);
    for (double[] x : Reference.rows(logits)) {
      ofTarget.add(q -> Reference.crossEntropy(x, q, weights, smoothing), 1);
    }
    Tensor toLogits = Tensor.allocate(dtype, shape);
    Tensor toTarget = Tensor.allocate(targetDtype, shape);
    Request request =
        Request.gradient(toLogits).withTargetGradient(toTarget).withUpstream(upstream);
    LossResult result = session.evaluate(loss, logits, target, request);
    String message = "seed %d: %s of %s and %s".formatted(seed, loss, logits, target);
    assertEquals(arithmetic, result.loss().dtype(), message);
    expected.assertLoss(result, lossTolerance, message);
    expected.assertGradient(toLogits, gradientTolerance, message);
    ofTarget.assertGradient(toTarget, gradientTolerance, message);
  }

  @Test
  void theMeanIsOverTheRowsWhateverTheWeights() {
    Tensor logits = Tensor.allocate(DType.F64, 4, 2);
    Tensor target = Tensor.of(new double[] {1, 0, 1, 0, 0, 1, 0, 1}, 4, 2);
    CrossEntropyLoss loss = new CrossEntropyLoss().withWeight(Tensor.of(new double[] {2, 6}));
    LossResult result = session.evaluate(loss, logits, target);
    assertEquals((2 + 2 + 6 + 6) * Math.log(2) / 4, result.value(), 1e-15);
    assertEquals(4, result.totals().weight());
  }

  @Test
  void aCertainTargetIsALabel() {
    Tensor logits = new Draws(1).normal(3, DType.F64, 2, 10, 3);
    Tensor labels = new Draws(2).labels(10, 0, DType.I64, 2, 3);
    Tensor target = Tensor.allocate(DType.F64, 2, 10, 3);
    for (long row = 0; row < 6; row++) {
      target.setDouble((row / 3 * 10 + labels.getLong(row)) * 3 + row % 3, 1);
    }
    CrossEntropyLoss none = new CrossEntropyLoss().withReduction(Reduction.NONE);
    assertArrayEquals(
        session.evaluate(none, logits, labels).loss().toDoubleArray(),
        session.evaluate(none, logits, target).loss().toDoubleArray(),
        1e-14);
  }

  @Test
  void noRowsHaveNoMean() {
    Tensor empty = Tensor.allocate(DType.F32, 0, 5);
    assertEquals(Double.NaN, session.evaluate(new CrossEntropyLoss(), empty, empty).value());
    CrossEntropyLoss sum = new CrossEntropyLoss().withReduction(Reduction.SUM);
    assertEquals(0, session.evaluate(sum, empty, empty).value());
  }

  /** One gradient must not depend on whether the other is wanted, nor the loss on either. */
  @Test
  void eachOutputIsTheSameAloneAndWithTheOthers() {
    Draws draws = new Draws(3);
    Tensor logits = draws.normal(2, DType.F32, 5, 40, 2);
    Tensor target = draws.uniform(DType.F32, 5, 40, 2);
    CrossEntropyLoss loss = new CrossEntropyLoss().withLabelSmoothing(0.1);
    Tensor[] both = {like(logits), like(logits)};
    Tensor[] alone = {like(logits), like(logits)};
    Request request = Request.LOSS;
    double value = session.evaluate(loss, logits, target).value();
    for (Request wanted :
        List.of(
            request.withInputGradient(both[0]).withTargetGradient(both[1]),
            request.withInputGradient(alone[0]),
            request.withTargetGradient(alone[1]))) {
      assertEquals(value, session.evaluate(loss, logits, target, wanted).value());
    }
    Bits.assertSame(both[0], alone[0], "gradient of the logits");
    Bits.assertSame(both[1], alone[1], "gradient of the target");
  }

  private static Tensor like(Tensor tensor) {
    return Tensor.allocate(tensor.dtype(), tensor.shape());
  }
}
