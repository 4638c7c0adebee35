// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.IdentityInputs.Results;
import io.github.loss4j.LossBackend.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses that are special cases of each other, or of each other's parts, on every backend. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LossIdentitiesTest {
  private final List<LossSession> sessions = new ArrayList<>();

  @BeforeAll
  void open() {
    for (LossBackend backend : LossBackend.all()) {
      if (backend.status() instanceof Status.Usable) {
        sessions.add(backend.open());
      }
    }
    assertTrue(sessions.size() > 0);
  }

  @AfterAll
  void close() {
    sessions.forEach(LossSession::close);
  }

  /** One backend, one type, one set of inputs. */
  Stream<IdentityInputs> inputs() {
    return sessions.stream()
        .flatMap(
            session ->
                Stream.of(DType.F64, DType.F32).flatMap(type -> IdentityInputs.all(session, type)));
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void crossEntropyIsNllAfterLogSoftmax(IdentityInputs in) {
    Tensor weight = in.draws().uniform(in.type(), in.classes());
    for (Reduction reduction : IdentityInputs.REDUCTIONS) {
      Results whole = in.evaluate(crossEntropy(weight, reduction).withIgnoreIndex(0), in.labels());
      Tensor logs = in.session().apply(new LogSoftmax(1), in.logits());
      Results part = in.evaluate(new NLLLoss(weight, 0, reduction), logs, in.labels());
      in.assertClose(whole.loss(), part.loss(), 8, 0, "loss");
      Tensor gradient = in.throughLogSoftmax(part.ofInput());
      in.assertClose(whole.ofInput(), gradient, 16, 1, "gradient");
    }
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void oneHotProbabilitiesAreLabels(IdentityInputs in) {
    Tensor weight = in.draws().uniform(in.type(), in.classes());
    for (double smoothing : new double[] {0, 0.1}) {
      CrossEntropyLoss loss = crossEntropy(weight, Reduction.NONE).withLabelSmoothing(smoothing);
      Results labels = in.evaluate(loss, in.labels());
      Results probabilities = in.evaluate(loss, in.oneHot());
      in.assertClose(labels.loss(), probabilities.loss(), 32, 1, "loss");
      in.assertClose(labels.ofInput(), probabilities.ofInput(), 16, 1, "gradient");
    }
  }

  /** KL(q, p) = CE(q, p) - H(q). */
  @ParameterizedTest
  @MethodSource("inputs")
  void divergenceAndEntropyAreCrossEntropy(IdentityInputs in) {
    Tensor q = in.session().apply(new Softmax(1), in.draws().normal(2, in.type(), in.shape()));
    Results whole = in.evaluate(new CrossEntropyLoss().withReduction(Reduction.SUM), q);
    Tensor logs = in.session().apply(new LogSoftmax(1), in.logits());
    Results part = in.evaluate(new KLDivLoss(Reduction.SUM, false), logs, q);
    double entropy = 0;
    for (double p : q.toDoubleArray()) {
      entropy -= p == 0 ? 0 : p * StrictMath.log(p);
    }
    Tensor sum = Tensor.scalar(part.loss().getDouble(0) + entropy, in.type());
    in.assertClose(whole.loss(), sum, 32, 1, "loss");
    in.assertClose(whole.ofInput(), in.throughLogSoftmax(part.ofInput()), 32, 1, "gradient");
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void softmaxFocalWithoutFocusIsCrossEntropy(IdentityInputs in) {
    Tensor weight = in.draws().uniform(in.type(), in.classes());
    for (Reduction reduction : List.of(Reduction.NONE, Reduction.SUM)) {
      CrossEntropyLoss crossEntropy = crossEntropy(weight, reduction);
      SoftmaxFocalLoss focal = new SoftmaxFocalLoss(weight, 0, -100, reduction);
      for (Tensor target : List.of(in.labels(), in.oneHot())) {
        Results expected = in.evaluate(crossEntropy, target);
        Results actual = in.evaluate(focal, target);
        in.assertClose(expected.loss(), actual.loss(), 8, 0, "loss");
        in.assertClose(expected.ofInput(), actual.ofInput(), 16, 1, "gradient");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void sigmoidFocalWithoutFocusIsBinaryCrossEntropy(IdentityInputs in) {
    for (Tensor target : List.of(in.oneHot(), in.draws().uniform(in.type(), in.shape()))) {
      for (Reduction reduction : IdentityInputs.REDUCTIONS) {
        Results expected = in.evaluate(new BCEWithLogitsLoss(null, reduction, null), target);
        Results actual = in.evaluate(new SigmoidFocalLoss(-1, 0, reduction), target);
        in.assertClose(expected.loss(), actual.loss(), 2, 0, "loss");
        in.assertClose(expected.ofInput(), actual.ofInput(), 2, 0, "gradient");
        in.assertClose(expected.ofTarget(), actual.ofTarget(), 2, 0, "target gradient");
      }
    }
  }

  /** A binary decision is one between two classes, the second with a logit of 0. */
  @ParameterizedTest
  @MethodSource("inputs")
  void binaryCrossEntropyIsThatOfTwoClasses(IdentityInputs in) {
    BCEWithLogitsLoss binary = new BCEWithLogitsLoss().withReduction(Reduction.NONE);
    CrossEntropyLoss twoClasses = new CrossEntropyLoss().withReduction(Reduction.NONE);
    Results expected = in.evaluate(binary, in.oneHot());
    int count = (int) in.logits().size();
    Tensor labels = Tensor.allocate(DType.I64, count);
    for (int i = 0; i < count; i++) {
      labels.setLong(i, in.oneHot().getDouble(i) == 1 ? 0 : 1);
    }
    Results actual = in.evaluate(twoClasses, in.withZeros(), labels);
    for (int i = 0; i < count; i++) {
      double loss = expected.loss().getDouble(i);
      assertEquals(loss, actual.loss().getDouble(i), in.tolerance(8, loss), "loss " + i);
      double slope = expected.ofInput().getDouble(i);
      double ofFirst = actual.ofInput().getDouble(2L * i);
      assertEquals(slope, ofFirst, in.tolerance(8, slope), "gradient " + i);
    }
  }

  /** Where the probability is so near 1 that its complement is lost, BCE itself is inexact. */
  @ParameterizedTest
  @MethodSource("inputs")
  void binaryCrossEntropyOfLogitsIsThatAfterTheLogistic(IdentityInputs in) {
    Tensor target = in.draws().uniform(in.type(), in.shape());
    Results whole =
        in.evaluate(new BCEWithLogitsLoss().withReduction(Reduction.NONE), in.logits(), target);
    Tensor p = in.logistic();
    Results part = in.evaluate(new BCELoss().withReduction(Reduction.NONE), p, target);
    for (int i = 0; i < p.size(); i++) {
      double certainty = Math.min(p.getDouble(i), 1 - p.getDouble(i));
      if (certainty > 1e-5) {
        double loss = whole.loss().getDouble(i);
        double allowed = in.tolerance(8, 1 / certainty);
        assertEquals(loss, part.loss().getDouble(i), allowed, "loss " + i);
        double chained = part.ofInput().getDouble(i) * p.getDouble(i) * (1 - p.getDouble(i));
        assertEquals(whole.ofInput().getDouble(i), chained, in.tolerance(16, 1), "gradient " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void divergenceOfLogarithmsIsThatOfProbabilities(IdentityInputs in) {
    Tensor logTarget =
        in.session().apply(new LogSoftmax(1), in.draws().normal(2, in.type(), in.shape()));
    Tensor target = Tensor.allocate(in.type(), in.shape());
    for (int i = 0; i < target.size(); i++) {
      target.setDouble(i, StrictMath.exp(logTarget.getDouble(i)));
    }
    Tensor logs = in.session().apply(new LogSoftmax(1), in.logits());
    Results expected = in.evaluate(new KLDivLoss(Reduction.NONE, false), logs, target);
    Results actual = in.evaluate(new KLDivLoss(Reduction.NONE, true), logs, logTarget);
    for (int i = 0; i < target.size(); i++) {
      // A rounded probability moves its logarithm by half a unit, and the divergence by that part.
      double size = 1 + Math.abs(logs.getDouble(i)) + Math.abs(logTarget.getDouble(i));
      double allowed = in.tolerance(8, target.getDouble(i) * size);
      assertEquals(expected.loss().getDouble(i), actual.loss().getDouble(i), allowed, "loss " + i);
    }
    in.assertClose(expected.ofInput(), actual.ofInput(), 4, 1, "gradient");
  }

  private static CrossEntropyLoss crossEntropy(Tensor weight, Reduction reduction) {
    return new CrossEntropyLoss().withWeight(weight).withReduction(reduction);
  }
}
