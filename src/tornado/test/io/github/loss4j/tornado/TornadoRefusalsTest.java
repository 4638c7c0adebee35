// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.loss4j.BCELoss;
import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.ClassMatrix;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.KLDivLoss;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.NotServedException;
import io.github.loss4j.Request;
import io.github.loss4j.RowStatistic;
import io.github.loss4j.SigmoidFocalLoss;
import io.github.loss4j.Softmax;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Draws;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the backend tornado does not serve is refused by name, and nothing is written. */
@Tag("tornado")
class TornadoRefusalsTest {
  @AutoClose private static final LossSession tornado = LossBackend.named("tornado").open();

  private final Draws draws = new Draws(1);
  private final Tensor logits = draws.normal(1, DType.F32, 4, 3);
  private final Tensor labels = Tensor.of(new long[] {0, 1, 2, 0});
  private final Tensor probabilities = draws.uniform(DType.F32, 4, 3);
  private final Tensor gradient = Bits.poisoned(DType.F32, 4, 3);
  private final Request request = Request.gradient(gradient);

  private void assertRefused(String what, Runnable call) {
    String message = assertThrows(NotServedException.class, call::run).getMessage();
    assertEquals(
        "the backend tornado does not compute %s; cpu and opencl do".formatted(what), message);
    Bits.assertPoisoned(gradient);
  }

  @Test
  void losses() {
    assertRefused(
        "bce", () -> tornado.evaluate(new BCELoss(), probabilities, probabilities, request));
    assertRefused(
        "kl_div", () -> tornado.evaluate(new KLDivLoss(), logits, probabilities, request));
    assertRefused(
        "sigmoid_focal",
        () -> tornado.evaluate(new SigmoidFocalLoss(), logits, probabilities, request));
    assertRefused(
        "softmax_focal", () -> tornado.evaluate(new SoftmaxFocalLoss(), logits, labels, request));
    assertRefused(
        "softmax_focal_probabilities",
        () -> tornado.evaluate(new SoftmaxFocalLoss(), logits, probabilities, request));
    assertRefused(
        "linearCrossEntropy",
        () ->
            tornado.linearCrossEntropy(
                new CrossEntropyLoss(), logits, new ClassMatrix(logits, null), labels));
  }

  @Test
  void options() {
    CrossEntropyLoss loss = new CrossEntropyLoss();
    assertRefused(
        "a soft cap or a temperature of the logits",
        () -> tornado.evaluate(loss.withSoftCap(3), logits, labels, request));
    assertRefused("a z-loss", () -> tornado.evaluate(loss.withZLoss(0.1), logits, labels, request));
    assertRefused(
        "statistics of rows",
        () ->
            tornado.evaluate(
                loss, logits, labels, request.withStatistics(RowStatistic.LOG_SUM_EXP)));
  }

  @Test
  void doublePrecision() {
    Tensor wide = draws.normal(1, DType.F64, 4, 3);
    Tensor wideGradient = Bits.poisoned(DType.F64, 4, 3);
    assertRefused(
        "float64 (F64)",
        () ->
            tornado.evaluate(new CrossEntropyLoss(), wide, labels, Request.gradient(wideGradient)));
    assertRefused("float64 (F64)", () -> tornado.apply(new Softmax(1), wide));
    Bits.assertPoisoned(wideGradient);
  }

  @Test
  void badLabelsNameTheirRow() {
    Tensor bad = Tensor.of(new long[] {0, 3, 2, 0});
    String message =
        assertThrows(
                InvalidInputException.class,
                () -> tornado.evaluate(new CrossEntropyLoss(), logits, bad, request))
            .getMessage();
    assertEquals(
        "row 1 has label 3, but labels must be from 0 to 2 (or -100, which is ignored)", message);
    Bits.assertPoisoned(gradient);
  }

  @Test
  void aDeviceThatIsNotThere() {
    assertThrows(BackendUnavailableException.class, () -> LossBackend.named("tornado").open(99));
  }
}
