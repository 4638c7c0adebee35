// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Draws;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What is true of a session whatever it computes. */
class LossSessionTest {
  /** Large enough to be shared out among the session's own threads. */
  private static final Draws DRAWS = new Draws(1);

  private static final Tensor LOGITS = DRAWS.normal(3, DType.F32, 300, 1000);
  private static final Tensor LABELS = DRAWS.labels(1000, -100, DType.I64, 300);
  private static final CrossEntropyLoss LOSS = new CrossEntropyLoss();

  @Test
  void threadsMayShareASession() throws Exception {
    try (LossSession session = LossBackend.named("cpu").open();
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Tensor expected = Tensor.allocate(DType.F32, 300, 1000);
      double value = evaluate(session, expected);
      Tensor softmax = session.apply(new Softmax(0), LOGITS);
      Callable<Void> task =
          () -> {
            Tensor gradient = Bits.poisoned(DType.F32, 300, 1000);
            Bits.assertSame(value, evaluate(session, gradient), "loss");
            Bits.assertSame(expected, gradient, "gradient");
            Bits.assertSame(softmax, session.apply(new Softmax(0), LOGITS), "softmax");
            return null;
          };
      List<Future<Void>> running = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        running.add(threads.submit(task));
      }
      for (Future<Void> future : running) {
        future.get();
      }
    }
  }

  private static double evaluate(LossSession session, Tensor gradient) {
    return session.evaluate(LOSS, LOGITS, LABELS, Request.gradient(gradient)).value();
  }

  @Test
  void closingTwiceDoesNothing() {
    LossSession session = LossBackend.named("cpu").open();
    session.evaluate(LOSS, LOGITS, LABELS);
    session.close();
    assertDoesNotThrow(session::close);
  }

  @Test
  void aClosedSessionSaysSo() {
    LossSession session = LossBackend.named("cpu").open();
    session.close();
    String message = "the session on %s is closed".formatted(session.device());
    for (Executable call :
        List.<Executable>of(
            () -> session.evaluate(LOSS, LOGITS, LABELS),
            () -> session.apply(new Softmax(0), LOGITS),
            () -> session.gradient(new Softmax(0), LOGITS, null, LOGITS))) {
      assertEquals(message, assertThrows(IllegalStateException.class, call).getMessage());
    }
  }

  @Test
  void sessionsDoNotCloseEachOther() {
    LossSession first = LossBackend.named("cpu").open();
    try (LossSession second = LossBackend.named("cpu").open()) {
      double expected = first.evaluate(LOSS, LOGITS, LABELS).value();
      first.close();
      Bits.assertSame(expected, second.evaluate(LOSS, LOGITS, LABELS).value(), "the second");
    }
  }

  @Test
  void resultsNameTheBackendAndTheDevice() {
    try (LossSession session = LossBackend.named("cpu").open()) {
      LossResult result = session.evaluate(LOSS, LOGITS, LABELS);
      assertEquals("cpu", result.backend());
      assertEquals(session.backend(), result.backend());
      assertEquals(session.device(), result.device());
      assertTrue(result.device().startsWith("Java, "), result::device);
    }
  }

  @Test
  void tensorsMayLieAnywhereInMemory() {
    try (LossSession session = LossBackend.named("cpu").open()) {
      Tensor heap = Tensor.of(LOGITS.toFloatArray(), 300, 1000);
      Tensor labels = Tensor.of(LABELS.toLongArray());
      Tensor middle = Tensor.allocate(DType.F32, 302, 1000).slice(1, 300);
      middle.memory().copyFrom(heap.memory());
      double expected = session.evaluate(LOSS, LOGITS, LABELS).value();
      Bits.assertSame(expected, session.evaluate(LOSS, heap, labels).value(), "on the heap");
      Bits.assertSame(expected, session.evaluate(LOSS, middle, labels).value(), "a slice");
    }
  }

  /** The value is rounded once more to become the loss, which is of the logits' type. */
  @Test
  void theLossIsTheValueRounded() {
    try (LossSession session = LossBackend.named("cpu").open()) {
      for (Reduction reduction : List.of(Reduction.MEAN, Reduction.SUM)) {
        LossResult result = session.evaluate(LOSS.withReduction(reduction), LOGITS, LABELS);
        assertEquals((float) result.value(), result.loss().getDouble(0));
      }
      LossResult none = session.evaluate(LOSS.withReduction(Reduction.NONE), LOGITS, LABELS);
      ExactSum sum = new ExactSum();
      for (double loss : none.loss().toDoubleArray()) {
        sum.add(loss);
      }
      assertEquals(sum.value(), none.value());
    }
  }
}
