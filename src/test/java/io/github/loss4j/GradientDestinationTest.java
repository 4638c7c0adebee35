// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Draws;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Gradients have the same bits wherever they are written: over the input too. */
class GradientDestinationTest {
  private static final List<DType> TYPES = List.of(DType.F64, DType.F32, DType.F16, DType.BF16);
  private static final List<long[]> SHAPES =
      List.of(new long[] {70}, new long[] {6, 5000}, new long[] {3, 33, 2, 3}, new long[] {0, 4});

  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  /** Computes a gradient of the input into a destination. */
  private interface Computation {
    void into(Tensor input, Tensor destination);
  }

  private static void assertSameOverTheInput(Tensor input, Computation gradient, String message) {
    Tensor elsewhere = Bits.poisoned(input.dtype(), input.shape());
    Tensor before = Bits.copy(input);
    gradient.into(input, elsewhere);
    Bits.assertSame(before, input, message + ": the input is only read");
    gradient.into(input, input);
    Bits.assertSame(elsewhere, input, message);
  }

  @Test
  void crossEntropyOfLabels() {
    forEachInput(
        (draws, input) -> {
          Tensor labels = labels(draws, input);
          for (double smoothing : new double[] {0, 0.1}) {
            CrossEntropyLoss loss = new CrossEntropyLoss().withLabelSmoothing(smoothing);
            assertSameOverTheInput(
                Bits.copy(input),
                (x, to) -> session.evaluate(loss, x, labels, Request.gradient(to)),
                "smoothing %s of %s".formatted(smoothing, input));
          }
        });
  }

  @Test
  void crossEntropyOfProbabilities() {
    forEachInput(
        (draws, input) -> {
          Tensor target = draws.uniform(input.dtype(), input.shape());
          CrossEntropyLoss loss = new CrossEntropyLoss().withLabelSmoothing(0.1);
          assertSameOverTheInput(
              Bits.copy(input),
              (x, to) -> session.evaluate(loss, x, target, Request.gradient(to)),
              "gradient of " + input);
          assertSameOverTheInput(
              target,
              (q, to) -> session.evaluate(loss, input, q, Request.LOSS.withTargetGradient(to)),
              "gradient of the target of " + input);
        });
  }

  @Test
  void bothGradientsOverBothInputs() {
    forEachInput(
        (draws, input) -> {
          Tensor target = draws.uniform(input.dtype(), input.shape());
          CrossEntropyLoss loss = new CrossEntropyLoss();
          Tensor toInput = Bits.poisoned(input.dtype(), input.shape());
          Tensor toTarget = Bits.poisoned(input.dtype(), input.shape());
          double expected =
              session
                  .evaluate(
                      loss, input, target, Request.gradient(toInput).withTargetGradient(toTarget))
                  .value();
          Request inPlace = Request.gradient(input).withTargetGradient(target);
          assertEquals(expected, session.evaluate(loss, input, target, inPlace).value());
          Bits.assertSame(toInput, input, "gradient of " + input);
          Bits.assertSame(toTarget, target, "gradient of the target of " + input);
        });
  }

  @Test
  void nll() {
    forEachInput(
        (draws, input) -> {
          Tensor labels = labels(draws, input);
          assertSameOverTheInput(
              input,
              (x, to) -> session.evaluate(new NLLLoss(), x, labels, Request.gradient(to)),
              "gradient of " + input);
        });
  }

  @Test
  void normalisations() {
    forEachInput(
        (draws, input) -> {
          Tensor upstream = draws.normal(1, input.dtype().arithmetic(), input.shape());
          for (int axis = 0; axis < input.rank(); axis++) {
            for (Normalization function : List.of(new Softmax(axis), new LogSoftmax(axis))) {
              String message = "%s of %s".formatted(function, input);
              assertSameOverTheInput(
                  Bits.copy(input), (x, to) -> session.apply(function, x, to), message);
              assertSameOverTheInput(
                  Bits.copy(input),
                  (x, to) -> session.gradient(function, x, upstream, to),
                  message + ", gradient");
            }
          }
        });
  }

  /** The gradient in the arithmetic type, rounded once, is the one in the input's type. */
  @Test
  void narrowGradientsAreWideOnesRounded() {
    for (DType dtype : List.of(DType.F16, DType.BF16)) {
      Draws draws = new Draws(1);
      Tensor input = draws.normal(2, dtype, 4, 40, 3);
      Tensor labels = labels(draws, input);
      Tensor wide = Bits.poisoned(DType.F32, input.shape());
      Tensor narrow = Bits.poisoned(dtype, input.shape());
      CrossEntropyLoss loss = new CrossEntropyLoss().withReduction(Reduction.SUM);
      session.evaluate(loss, input, labels, Request.gradient(wide));
      session.evaluate(loss, input, labels, Request.gradient(narrow));
      Tensor rounded = Bits.poisoned(dtype, input.shape());
      for (long i = 0; i < wide.size(); i++) {
        rounded.setDouble(i, wide.getDouble(i));
      }
      Bits.assertSame(rounded, narrow, dtype.toString());
    }
  }

  private interface Check {
    void of(Draws draws, Tensor input);
  }

  private static void forEachInput(Check check) {
    for (DType dtype : TYPES) {
      for (long[] shape : SHAPES) {
        Draws draws = new Draws(shape.length);
        check.of(draws, draws.normal(2, dtype, shape));
      }
    }
  }

  private static Tensor labels(Draws draws, Tensor input) {
    int classes = (int) input.extent(ClassLoss.classAxis(input));
    return draws.labels(classes, -100, DType.I64, Draws.rowShape(input.shape()));
  }
}
