// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Draws;
import io.github.loss4j.host.ExpectedLoss;
import io.github.loss4j.host.Reference;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Focal loss of logits over several classes, with labels and with target probabilities. */
class SoftmaxFocalLossTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final List<Double> GAMMAS = List.of(0.0, 0.5, 1.0, 1.7, 2.0, 5.0);
  private static final List<Reduction> REDUCTIONS =
      List.of(Reduction.NONE, Reduction.MEAN, Reduction.SUM);
  private static final SoftmaxFocalLoss NONE = new SoftmaxFocalLoss().withReduction(Reduction.NONE);

  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  /** p = (1/4, 3/4). */
  @Test
  void twoClassesWorkedByHand() {
    Tensor logits = Tensor.of(new double[] {0, Math.log(3)}, 1, 2);
    Tensor gradient = Tensor.allocate(DType.F64, 1, 2);
    double loss = gradientOf(new SoftmaxFocalLoss(), logits, labels(0), gradient);
    assertEquals(9.0 / 16 * Math.log(4), loss, 1e-15);
    double derivative = 9.0 / 16 + 2 * 1.0 / 4 * 3 / 4 * Math.log(4);
    double[] expected = {-derivative * 3 / 4, derivative * 3 / 4};
    assertArrayEquals(expected, gradient.toDoubleArray(), 1e-15);
  }

  @Test
  void labelsGiveWhatTheDefinitionDoes() {
    for (int seed = 0; seed < 200; seed++) {
      compareLabels(seed, DType.F64, 1e-13, 1e-8);
      compareLabels(seed, DType.F32, 4e-6, 4e-6);
      compareLabels(seed, DType.F16, 4e-6, 2e-3);
      compareLabels(seed, DType.BF16, 4e-6, 2e-2);
    }
  }

  private static void compareLabels(
      int seed, DType dtype, double lossTolerance, double gradientTolerance) {
    Draws draws = new Draws(seed);
    long[] shape = draws.shape();
    int classes = classes(shape);
    long ignoreIndex = draws.pick(List.of(-100L, 0L, classes - 1L));
    Tensor logits = draws.normal(draws.pick(List.of(0.1, 1.0, 5.0)), dtype, shape);
    Tensor labels = draws.labels(classes, ignoreIndex, DType.I64, Draws.rowShape(shape));
    SoftmaxFocalLoss loss = draw(draws, dtype, classes).withIgnoreIndex(ignoreIndex);
    Tensor upstream = draws.upstreamOrNull(loss, dtype.arithmetic(), shape);

    ExpectedLoss expected = new ExpectedLoss(logits, loss.reduction(), upstream);
    for (long label : labels.toLongArray()) {
      if (label == ignoreIndex) {
        expected.addIgnored();
      } else {
        expected.add(x -> focal(loss, x, (int) label), 1);
      }
    }
    Tensor gradient = Tensor.allocate(dtype, shape);
    Request request = Request.gradient(gradient).withUpstream(upstream);
    String message = "seed %d: %s of %s".formatted(seed, loss, logits);
    expected.assertLoss(session.evaluate(loss, logits, labels, request), lossTolerance, message);
    expected.assertGradient(gradient, gradientTolerance, message);
  }

  @Test
  void probabilitiesGiveWhatTheDefinitionDoes() {
    for (int seed = 0; seed < 150; seed++) {
      compareProbabilities(seed, DType.F64, DType.F64, 1e-13, 1e-8);
      compareProbabilities(seed, DType.F32, DType.F32, 4e-6, 4e-6);
      compareProbabilities(seed, DType.F32, DType.F64, 1e-13, 1e-6);
      compareProbabilities(seed, DType.F64, DType.F32, 1e-13, 1e-6);
      compareProbabilities(seed, DType.BF16, DType.F16, 4e-6, 2e-2);
    }
  }

  private static void compareProbabilities(
      int seed, DType dtype, DType targetDtype, double lossTolerance, double gradientTolerance) {
    Draws draws = new Draws(seed);
    long[] shape = draws.shape();
    Tensor logits = draws.normal(draws.pick(List.of(0.1, 1.0, 5.0)), dtype, shape);
    Tensor target = draws.uniform(targetDtype, shape);
    SoftmaxFocalLoss loss = draw(draws, dtype, classes(shape));
    DType arithmetic = targetDtype == DType.F64 ? DType.F64 : dtype.arithmetic();
    Tensor upstream = draws.upstreamOrNull(loss, arithmetic, shape);

    ExpectedLoss expected = new ExpectedLoss(logits, loss.reduction(), upstream);
    for (double[] q : Reference.rows(target)) {
      expected.add(x -> focal(loss, x, q), 1);
    }
    ExpectedLoss ofTarget = new ExpectedLoss(target, loss.reduction(), upstream);
    for (double[] x : Reference.rows(logits)) {
      ofTarget.add(q -> focal(loss, x, q), 1);
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

  private static SoftmaxFocalLoss draw(Draws draws, DType dtype, int classes) {
    Tensor alpha = draws.pick(List.of(true, false)) ? draws.uniform(dtype) : null;
    Tensor perClass = draws.weightOrNull(dtype, classes);
    return new SoftmaxFocalLoss()
        .withAlpha(perClass == null ? alpha : perClass)
        .withGamma(draws.pick(GAMMAS))
        .withReduction(draws.pick(REDUCTIONS));
  }

  /** A row is summed in segments; its end, its label and its largest logit may be in any. */
  @Test
  void rowsOfManySegmentsAreThoseOfTheDefinition() {
    for (int classes : new int[] {2047, 2048, 2049, 4096, 10_000}) {
      Tensor logits = new Draws(classes).normal(3, DType.F64, 1, classes);
      logits.setDouble(classes / 2, 20);
      double[] x = logits.toDoubleArray();
      for (int label : new int[] {0, classes / 2, classes - 1}) {
        double expected = focal(new SoftmaxFocalLoss(), x, label);
        double actual = valueOf(new SoftmaxFocalLoss(), logits, labels(label));
        assertEquals(expected, actual, 1e-11 * expected);
      }
      Tensor target = new Draws(1).uniform(DType.F64, 1, classes);
      double expected = focal(new SoftmaxFocalLoss(), x, target.toDoubleArray());
      assertEquals(expected, valueOf(new SoftmaxFocalLoss(), logits, target), 1e-12 * expected);
    }
  }

  @Test
  void withoutFocusItIsCrossEntropy() {
    for (int seed = 0; seed < 50; seed++) {
      Draws draws = new Draws(seed);
      DType dtype = draws.pick(List.of(DType.F64, DType.F32, DType.F16, DType.BF16));
      Tensor logits = draws.normal(draws.pick(List.of(1.0, 30.0, 1e4)), dtype, 5, 33, 2);
      Tensor weight = draws.weightOrNull(dtype, 33);
      CrossEntropyLoss crossEntropy =
          new CrossEntropyLoss().withWeight(weight).withReduction(Reduction.NONE);
      SoftmaxFocalLoss focal = NONE.withAlpha(weight).withGamma(0);
      Tensor labels = draws.labels(33, -100, DType.I64, 5, 2);
      Tensor target = draws.uniform(dtype, 5, 33, 2);
      for (Tensor either : List.of(labels, target)) {
        boolean probabilities = either == target;
        Tensor[] expected = everything(crossEntropy, logits, either, probabilities);
        Tensor[] actual = everything(focal, logits, either, probabilities);
        for (int i = 0; i < expected.length; i++) {
          Bits.assertSame(expected[i], actual[i], "seed %d, result %d".formatted(seed, i));
        }
      }
    }
  }

  /** Losses, their gradient and, of probabilities, that of the target. */
  private static Tensor[] everything(
      Loss loss, Tensor logits, Tensor target, boolean probabilities) {
    Tensor toLogits = like(logits);
    Tensor toTarget = like(logits);
    Request request = Request.gradient(toLogits);
    Request wanted = probabilities ? request.withTargetGradient(toTarget) : request;
    return new Tensor[] {session.evaluate(loss, logits, target, wanted).loss(), toLogits, toTarget};
  }

  @Test
  void theMeanIsOverTheRowsThatCountWhateverTheirWeights() {
    Tensor logits = Tensor.allocate(DType.F64, 4, 2);
    SoftmaxFocalLoss loss = new SoftmaxFocalLoss().withAlpha(Tensor.of(new double[] {2, 6}));
    LossResult ofLabels = session.evaluate(loss, logits, labels(0, 1, -100, 1));
    assertEquals((2 + 6 + 6) * Math.log(2) / 4 / 3, ofLabels.value(), 1e-15);
    assertEquals(3, ofLabels.totals().weight());
    assertEquals(1, ofLabels.totals().ignored());
    Tensor target = Tensor.of(new double[] {1, 0, 1, 0, 0, 1, 0, 1}, 4, 2);
    LossResult ofProbabilities = session.evaluate(loss, logits, target);
    assertEquals((2 + 2 + 6 + 6) * Math.log(2) / 4 / 4, ofProbabilities.value(), 1e-15);
  }

  @Test
  void aScalarAlphaHoldsForEveryClass() {
    Tensor logits = new Draws(1).normal(2, DType.F32, 6, 5);
    Tensor target = new Draws(2).uniform(DType.F32, 6, 5);
    Tensor labels = new Draws(3).labels(5, -100, DType.I64, 6);
    SoftmaxFocalLoss scalar = NONE.withAlpha(Tensor.scalar(0.3f, DType.F32));
    SoftmaxFocalLoss each = NONE.withAlpha(Tensor.of(new float[] {0.3f, 0.3f, 0.3f, 0.3f, 0.3f}));
    for (Tensor either : List.of(labels, target)) {
      Bits.assertSame(
          session.evaluate(each, logits, either).loss(),
          session.evaluate(scalar, logits, either).loss(),
          "scalar alpha");
    }
    SoftmaxFocalLoss mean = new SoftmaxFocalLoss().withAlpha(Tensor.scalar(0.3, DType.F64));
    double expected = 0.3 * Math.log(2) / 4;
    Tensor two = Tensor.allocate(DType.F64, 1, 2);
    assertEquals(expected, valueOf(mean, two, labels(0)), 1e-15);
  }

  @Test
  void oneClassIsCertain() {
    for (double gamma : GAMMAS) {
      Tensor gradient = Tensor.allocate(DType.F32, 2, 1);
      SoftmaxFocalLoss loss = new SoftmaxFocalLoss().withGamma(gamma);
      Tensor logits = Tensor.of(new float[] {-7, 1e30f}, 2, 1);
      assertEquals(0, gradientOf(loss, logits, labels(0, 0), gradient));
      assertArrayEquals(new double[2], gradient.toDoubleArray(), 1e-300);
      assertEquals(0, valueOf(loss, logits, Tensor.of(new float[] {1, 0.5f}, 2, 1)));
    }
  }

  @Test
  void allRowsIgnoredMakeTheMeanNanAndTheGradientZero() {
    Tensor logits = Tensor.of(new double[] {0, 1, 2, 5, 4, 3}, 2, 3);
    Tensor gradient = Tensor.of(new double[] {9, 9, 9, 9, 9, 9}, 2, 3);
    SoftmaxFocalLoss loss = new SoftmaxFocalLoss();
    assertEquals(Double.NaN, gradientOf(loss, logits, labels(-100, -100), gradient));
    assertArrayEquals(new double[6], gradient.toDoubleArray());
    assertEquals(0, valueOf(loss.withReduction(Reduction.SUM), logits, labels(-100, -100)));
  }

  @Test
  void anIgnoredRowHasNoGradientUnlessItHasNoDistribution() {
    Tensor logits = Tensor.of(new double[] {0, 1, Double.NaN, 5, INFINITY, 3}, 3, 2);
    Tensor gradient = Bits.poisoned(DType.F64, 3, 2);
    LossResult result =
        session.evaluate(NONE, logits, labels(-100, -100, -100), Request.gradient(gradient));
    assertArrayEquals(new double[3], result.loss().toDoubleArray());
    double nan = Double.NaN;
    assertArrayEquals(new double[] {0, 0, nan, nan, nan, nan}, gradient.toDoubleArray());
  }

  @Test
  void noRowsHaveNoMean() {
    Tensor logits = Tensor.allocate(DType.F32, 0, 5);
    Tensor labels = Tensor.allocate(DType.I64, 0);
    SoftmaxFocalLoss loss = new SoftmaxFocalLoss();
    for (Tensor target : List.of(labels, logits)) {
      assertEquals(Double.NaN, valueOf(loss, logits, target));
      assertEquals(0, valueOf(loss.withReduction(Reduction.SUM), logits, target));
    }
  }

  /** Adding a number to every logit changes nothing, however large it is. */
  @Test
  void hugeOffsetsDoNotLoseTheLoss() {
    double[] x = {0, 16, -8, 8, 24, -40};
    for (DType dtype : List.of(DType.F64, DType.F32)) {
      for (double gamma : GAMMAS) {
        SoftmaxFocalLoss loss = new SoftmaxFocalLoss().withGamma(gamma);
        for (double offset : new double[] {1e8, -1e8}) {
          Tensor logits = Tensor.allocate(dtype, 1, 6);
          for (int c = 0; c < 6; c++) {
            logits.setDouble(c, x[c] + offset);
          }
          for (int label = 0; label < 6; label++) {
            double expected = focal(loss, x, label);
            double actual = valueOf(loss, logits, labels(label));
            double tolerance = dtype == DType.F64 ? 1e-13 : 4e-6;
            assertEquals(expected, actual, tolerance * expected, loss + " of " + logits);
          }
        }
      }
    }
  }

  /** 1 - p is known to all its digits, down to where it underflows, and so are the gradients. */
  @Test
  void confidentRowsKeepTheirDigits() {
    for (double gamma : GAMMAS) {
      for (int gap = 1; gap < 60; gap += 2) {
        assertConfident(DType.F64, gamma, gap, 1e-12);
        assertConfident(DType.F32, gamma, Math.min(gap, 15), 2e-5);
      }
    }
  }

  private static void assertConfident(DType dtype, double gamma, int gap, double tolerance) {
    double nll = StrictMath.log1p(StrictMath.exp(-gap));
    double p = StrictMath.exp(-nll);
    double rest = StrictMath.exp(-gap) * p;
    double focus = StrictMath.pow(rest, gamma);
    double derivative = focus * (rest + gamma * p * nll);
    Tensor logits = Tensor.allocate(dtype, 1, 2);
    logits.setDouble(0, gap);
    Tensor gradient = Tensor.allocate(dtype, 1, 2);
    SoftmaxFocalLoss loss = new SoftmaxFocalLoss().withGamma(gamma);
    String message = loss + ", gap " + gap;
    double value = gradientOf(loss, logits, labels(0), gradient);
    assertEquals(focus * nll, value, tolerance * focus * nll, message);
    assertEquals(-derivative, gradient.getDouble(0), tolerance * derivative, message);
    assertEquals(derivative, gradient.getDouble(1), tolerance * derivative, message);
  }

  @Test
  void certainRowsAreZeroWhateverTheFocus() {
    for (double gamma : GAMMAS) {
      for (double gap : new double[] {120, 800, 1e4, 1e30, INFINITY}) {
        for (DType dtype : List.of(DType.F32, DType.F64)) {
          Tensor logits = Tensor.allocate(dtype, 1, 3);
          logits.setDouble(1, -gap);
          logits.setDouble(2, -gap);
          Tensor certain = Tensor.allocate(dtype, 1, 3);
          certain.setDouble(0, 1);
          for (Tensor target : List.of(labels(0), certain)) {
            boolean undefined = target == certain && Double.isInfinite(gap); // 0 log 0
            Tensor gradient = Tensor.allocate(dtype, 1, 3);
            SoftmaxFocalLoss loss = new SoftmaxFocalLoss().withGamma(gamma);
            double value = gradientOf(loss, logits, target, gradient);
            assertEquals(undefined ? Double.NaN : 0, value, 1e-40, loss + " of " + gap);
            assertArrayEquals(new double[3], gradient.toDoubleArray(), 1e-40, loss + " of " + gap);
          }
        }
      }
    }
  }

  @Test
  void minusInfinityIsAProbabilityOfZero() {
    for (double gamma : GAMMAS) {
      SoftmaxFocalLoss loss = new SoftmaxFocalLoss().withGamma(gamma);
      Tensor logits = Tensor.of(new double[] {-INFINITY, 0, 0}, 1, 3);
      Tensor gradient = Tensor.allocate(DType.F64, 1, 3);
      double focus = Math.pow(0.5, gamma);
      assertEquals(focus * Math.log(2), gradientOf(loss, logits, labels(1), gradient), 1e-15);
      double derivative = focus * (0.5 + gamma * 0.5 * Math.log(2));
      double[] expected = {0, -derivative, derivative};
      assertArrayEquals(expected, gradient.toDoubleArray(), 1e-14);
      assertEquals(INFINITY, gradientOf(loss, logits, labels(0), gradient));
      assertArrayEquals(new double[] {-1, 0.5, 0.5}, gradient.toDoubleArray(), 1e-15);
    }
  }

  @Test
  void rowsWithoutADistributionAreNan() {
    double[][] rows = {
      {-INFINITY, -INFINITY, -INFINITY}, {INFINITY, 0, 0}, {0, INFINITY, 0}, {0, 0, Double.NaN}
    };
    double nan = Double.NaN;
    for (double[] row : rows) {
      for (double gamma : GAMMAS) {
        for (Tensor target : List.of(labels(1), Tensor.of(new double[] {0.2, 0.3, 0.5}, 1, 3))) {
          Tensor gradient = Tensor.allocate(DType.F64, 1, 3);
          SoftmaxFocalLoss loss = new SoftmaxFocalLoss().withGamma(gamma);
          assertEquals(nan, gradientOf(loss, Tensor.of(row, 1, 3), target, gradient));
          assertArrayEquals(new double[] {nan, nan, nan}, gradient.toDoubleArray());
        }
      }
    }
  }

  @Test
  void aCertainTargetIsALabel() {
    Tensor logits = new Draws(1).normal(3, DType.F64, 2, 10, 3);
    Tensor labels = new Draws(2).labels(10, 0, DType.I64, 2, 3);
    Tensor target = Tensor.allocate(DType.F64, 2, 10, 3);
    for (long row = 0; row < 6; row++) {
      target.setDouble((row / 3 * 10 + labels.getLong(row)) * 3 + row % 3, 1);
    }
    Tensor[] expected = everything(NONE, logits, labels, false);
    Tensor[] actual = everything(NONE, logits, target, true);
    for (int i = 0; i < 2; i++) {
      assertArrayEquals(expected[i].toDoubleArray(), actual[i].toDoubleArray(), 1e-14);
    }
  }

  /** One output must not depend on which others are wanted, nor on where they go. */
  @Test
  void eachOutputIsTheSameAloneWithTheOthersAndInPlace() {
    Draws draws = new Draws(3);
    Tensor logits = draws.normal(2, DType.BF16, 5, 40, 2);
    Tensor target = draws.uniform(DType.F16, 5, 40, 2);
    Tensor[] both = {like(logits), like(target)};
    Tensor[] alone = {like(logits), like(target)};
    Tensor[] inPlace = {Bits.copy(logits), Bits.copy(target)};
    Tensor losses = session.evaluate(NONE, logits, target).loss();
    for (Request wanted :
        List.of(
            Request.gradient(both[0]).withTargetGradient(both[1]),
            Request.gradient(alone[0]),
            Request.LOSS.withTargetGradient(alone[1]))) {
      Bits.assertSame(losses, session.evaluate(NONE, logits, target, wanted).loss(), "losses");
    }
    Request over = Request.gradient(inPlace[0]).withTargetGradient(inPlace[1]);
    session.evaluate(NONE, inPlace[0], inPlace[1], over);
    for (int i = 0; i < 2; i++) {
      Bits.assertSame(both[i], alone[i], "gradient " + i + " alone");
      Bits.assertSame(both[i], inPlace[i], "gradient " + i + " in place");
    }
    Tensor labels = draws.labels(40, -100, DType.I64, 5, 2);
    Tensor apart = like(logits);
    Tensor same = Bits.copy(logits);
    session.evaluate(NONE, logits, labels, Request.gradient(apart));
    session.evaluate(NONE, same, labels, Request.gradient(same));
    Bits.assertSame(apart, same, "gradient of labels in place");
  }

  @Test
  void whatCannotBeComputedIsRefused() {
    Tensor logits = Tensor.allocate(DType.F32, 3, 4);
    Tensor labels = labels(0, 1, 2);
    SoftmaxFocalLoss loss = new SoftmaxFocalLoss();
    for (Tensor target : List.of(labels, logits)) {
      refused(
          "the alpha must have shape [4], but is F32[3]",
          () -> valueOf(loss.withAlpha(Tensor.allocate(DType.F32, 3)), logits, target));
      for (long[] shape : new long[][] {{4}, {}}) {
        Tensor wide = Tensor.allocate(DType.F64, shape);
        refused(
            "the alpha must be of type F32, but is " + wide,
            () -> valueOf(loss.withAlpha(wide), logits, target));
      }
    }
    refused(
        "ignoreIndex 0 has no meaning for target probabilities",
        () -> valueOf(loss.withIgnoreIndex(0), logits, logits));
    refused(
        "accuracy needs labels, but the target is F32[3, 4]",
        () -> session.evaluate(loss, logits, logits, Request.LOSS.withAccuracy()));
    refused(
        "labels have no gradient; only target probabilities have",
        () -> session.evaluate(loss, logits, labels, Request.LOSS.withTargetGradient(logits)));
    refused(
        "row 1 has label 4, but labels must be from 0 to 3 (or -100, which is ignored)",
        () -> valueOf(loss, logits, labels(0, 4, 1)));
    for (double wrong : new double[] {INFINITY, -INFINITY, Double.NaN}) {
      refused("gamma must be finite, but is " + wrong, () -> loss.withGamma(wrong));
    }
    refused(
        "reduction BATCHMEAN is for KLDivLoss only; use MEAN, SUM or NONE",
        () -> loss.withReduction(Reduction.BATCHMEAN));
  }

  private static void refused(String message, Runnable call) {
    Exception e = assertThrows(InvalidInputException.class, call::run);
    assertEquals(message, e.getMessage());
  }

  @Test
  void theDefaultsAreStated() {
    SoftmaxFocalLoss loss = new SoftmaxFocalLoss();
    assertEquals(new SoftmaxFocalLoss(null, 2, -100, Reduction.MEAN), loss);
    Tensor alpha = Tensor.of(new float[1]);
    assertEquals(
        new SoftmaxFocalLoss(alpha, 0.5, 7, Reduction.SUM),
        loss.withAlpha(alpha).withGamma(0.5).withIgnoreIndex(7).withReduction(Reduction.SUM));
  }

  private static double focal(SoftmaxFocalLoss loss, double[] x, int label) {
    double nll = Reference.nll(x, label);
    // 1 - p without cancellation, since p = e^-nll.
    double rest = -StrictMath.expm1(-nll);
    return alpha(loss.alpha(), label) * StrictMath.pow(rest, loss.gamma()) * nll;
  }

  private static double focal(SoftmaxFocalLoss loss, double[] x, double[] q) {
    double sum = 0;
    for (int c = 0; c < x.length; c++) {
      sum += q[c] * focal(loss, x, c);
    }
    return sum;
  }

  private static double alpha(@Nullable Tensor alpha, int c) {
    return alpha == null ? 1 : alpha.getDouble(alpha.rank() == 0 ? 0 : c);
  }

  private static double gradientOf(Loss loss, Tensor logits, Tensor target, Tensor gradient) {
    return session.evaluate(loss, logits, target, Request.gradient(gradient)).value();
  }

  private static double valueOf(Loss loss, Tensor logits, Tensor target) {
    return session.evaluate(loss, logits, target).loss().getDouble(0);
  }

  private static int classes(long[] shape) {
    return (int) shape[shape.length == 1 ? 0 : 1];
  }

  private static Tensor labels(long... labels) {
    return Tensor.of(labels);
  }

  private static Tensor like(Tensor tensor) {
    return Tensor.allocate(tensor.dtype(), tensor.shape());
  }
}
