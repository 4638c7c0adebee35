// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Draws;
import io.github.loss4j.host.ExpectedLoss;
import io.github.loss4j.host.Reference;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Temperature, cap and z-loss, together and with all else, in place and not. */
class CrossEntropyOptionsTest {
  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  @Test
  void lossAndGradientOfLabelsAreThoseOfTheDefinition() {
    for (int seed = 0; seed < 150; seed++) {
      compareLabels(seed, DType.F64, 1e-13, 1e-8);
      compareLabels(seed, DType.F32, 4e-6, 4e-6);
      compareLabels(seed, DType.BF16, 4e-6, 0x1p-8);
    }
  }

  private static void compareLabels(
      int seed, DType dtype, double lossTolerance, double gradientTolerance) {
    Draws draws = new Draws(seed);
    long[] shape = draws.shape();
    int classes = (int) shape[shape.length == 1 ? 0 : 1];
    long ignoreIndex = draws.pick(List.of(-100L, 0L));
    Tensor logits = draws.normal(draws.pick(List.of(0.1, 1.0, 5.0)), dtype, shape);
    Tensor labels = draws.labels(classes, ignoreIndex, DType.I64, Draws.rowShape(shape));
    CrossEntropyLoss loss = loss(draws, dtype, classes).withIgnoreIndex(ignoreIndex);
    Tensor upstream = draws.upstreamOrNull(loss, dtype.arithmetic(), shape);
    double[] weights = weights(loss);

    ExpectedLoss expected = new ExpectedLoss(logits, loss.reduction(), upstream);
    for (long label : labels.toLongArray()) {
      if (label == ignoreIndex) {
        expected.addIgnored();
      } else {
        double weight = weights == null ? 1 : weights[(int) label];
        double smoothing = loss.labelSmoothing();
        expected.add(
            of(loss, z -> Reference.crossEntropy(z, (int) label, weights, smoothing)), weight);
      }
    }
    boolean inPlace = draws.pick(List.of(true, false));
    Tensor gradient = inPlace ? Bits.copy(logits) : Tensor.allocate(dtype, shape);
    Request request = Request.gradient(gradient).withUpstream(upstream);
    LossResult result = session.evaluate(loss, inPlace ? gradient : logits, labels, request);
    String message = "seed %d: %s of %s".formatted(seed, loss, logits);
    expected.assertLoss(result, lossTolerance, message);
    expected.assertGradient(gradient, gradientTolerance, message);
  }

  @Test
  void lossAndGradientsOfProbabilitiesAreThoseOfTheDefinition() {
    for (int seed = 0; seed < 150; seed++) {
      compareProbabilities(seed, DType.F64, 1e-13, 1e-7);
      compareProbabilities(seed, DType.F32, 6e-6, 6e-6);
      compareProbabilities(seed, DType.BF16, 6e-6, 0x1p-8);
    }
  }

  private static void compareProbabilities(
      int seed, DType dtype, double lossTolerance, double gradientTolerance) {
    Draws draws = new Draws(seed);
    long[] shape = draws.shape();
    Tensor logits = draws.normal(draws.pick(List.of(0.1, 1.0, 5.0)), dtype, shape);
    Tensor target = draws.uniform(dtype, shape);
    CrossEntropyLoss loss = loss(draws, dtype, shape[shape.length == 1 ? 0 : 1]);
    Tensor upstream = draws.upstreamOrNull(loss, dtype.arithmetic(), shape);
    double[] weights = weights(loss);
    double smoothing = loss.labelSmoothing();

    ExpectedLoss expected = new ExpectedLoss(logits, loss.reduction(), upstream);
    for (double[] q : Reference.rows(target)) {
      expected.add(of(loss, z -> Reference.crossEntropy(z, q, weights, smoothing)), 1);
    }
    ExpectedLoss ofTarget = new ExpectedLoss(target, loss.reduction(), upstream);
    for (double[] x : Reference.rows(logits)) {
      ofTarget.add(
          q -> of(loss, z -> Reference.crossEntropy(z, q, weights, smoothing)).applyAsDouble(x), 1);
    }
    boolean inPlace = draws.pick(List.of(true, false));
    Tensor toLogits = inPlace ? Bits.copy(logits) : Tensor.allocate(dtype, shape);
    Tensor toTarget = Tensor.allocate(dtype, shape);
    Request request =
        Request.gradient(toLogits).withTargetGradient(toTarget).withUpstream(upstream);
    LossResult result = session.evaluate(loss, inPlace ? toLogits : logits, target, request);
    String message = "seed %d: %s of %s".formatted(seed, loss, logits);
    expected.assertLoss(result, lossTolerance, message);
    expected.assertGradient(toLogits, gradientTolerance, message);
    ofTarget.assertGradient(toTarget, gradientTolerance, message);
  }

  /** With the identity as class matrix the hidden states are the logits. */
  @Test
  void hiddenStatesHaveTheSameOptions() {
    Tensor logits = new Draws(1).normal(3, DType.F64, 12, 40);
    Tensor labels = new Draws(2).labels(40, -100, DType.I64, 12);
    Tensor identity = Tensor.allocate(DType.F64, 40, 40);
    for (long c = 0; c < 40; c++) {
      identity.setDouble(c * 41, 1);
    }
    CrossEntropyLoss loss =
        new CrossEntropyLoss().withTemperature(0.7).withSoftCap(5).withZLoss(0.1);
    Tensor expected = Tensor.allocate(DType.F64, 12, 40);
    Tensor actual = Tensor.allocate(DType.F64, 12, 40);
    LossResult ofLogits = session.evaluate(loss, logits, labels, Request.gradient(expected));
    LossResult ofHidden =
        session.linearCrossEntropy(
            loss,
            logits,
            new ClassMatrix(identity, null),
            labels,
            LinearRequest.LOSS.withHiddenGradient(actual));
    assertEquals(ofLogits.value(), ofHidden.value(), 1e-14);
    assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray(), 1e-15);
  }

  /** A loss with any of the options. */
  private static CrossEntropyLoss loss(Draws draws, DType dtype, long classes) {
    return new CrossEntropyLoss()
        .withWeight(draws.weightOrNull(dtype.arithmetic(), classes))
        .withReduction(draws.pick(List.of(Reduction.NONE, Reduction.SUM, Reduction.MEAN)))
        .withLabelSmoothing(draws.pick(List.of(0.0, 0.1, 1.0)))
        .withTemperature(draws.pick(List.of(1.0, 0.7, 3.0)))
        .withSoftCap(draws.pick(List.of(Double.POSITIVE_INFINITY, 3.0, 30.0)))
        .withZLoss(draws.pick(List.of(0.0, 1e-4, 0.5)));
  }

  /** The loss of a row as the definition has it, from the cross-entropy of the logits. */
  private static ToDoubleFunction<double[]> of(
      CrossEntropyLoss loss, ToDoubleFunction<double[]> crossEntropy) {
    return x -> {
      double[] z = Reference.logits(x, loss.softCap(), loss.temperature());
      double lse = Reference.logSumExp(z);
      return crossEntropy.applyAsDouble(z) + loss.zLoss() * lse * lse;
    };
  }

  private static double @Nullable [] weights(CrossEntropyLoss loss) {
    Tensor weight = loss.weight();
    return weight == null ? null : weight.toDoubleArray();
  }
}
