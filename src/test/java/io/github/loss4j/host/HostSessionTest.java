// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LogSoftmax;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Request;
import io.github.loss4j.Softmax;
import io.github.loss4j.Tensor;
import org.junit.jupiter.api.Test;

/** What a device cannot compute is computed by the CPU, and the result says so. */
class HostSessionTest {
  private static final CrossEntropyLoss LOSS = new CrossEntropyLoss();
  private static final Tensor LOGITS = new Draws(1).normal(2, DType.F64, 3, 4);
  private static final Tensor LABELS = Tensor.of(new long[] {0, 1, 2});

  private static LossSession withoutDoubles() {
    return new HostSession("half", "half a device", new UnreachableKernels(DType.F32));
  }

  @Test
  void doublesGoToTheCpuWhereTheDeviceHasNone() {
    try (LossSession session = withoutDoubles();
        LossSession cpu = LossBackend.named("cpu").open()) {
      Tensor expected = Bits.poisoned(DType.F64, 3, 4);
      Tensor gradient = Bits.poisoned(DType.F64, 3, 4);
      LossResult onCpu = cpu.evaluate(LOSS, LOGITS, LABELS, Request.gradient(expected));
      LossResult result = session.evaluate(LOSS, LOGITS, LABELS, Request.gradient(gradient));
      assertEquals("cpu", result.backend());
      assertEquals(cpu.device(), result.device());
      assertEquals("half", session.backend());
      assertEquals("half a device", session.device());
      Bits.assertSame(onCpu.value(), result.value(), "loss");
      Bits.assertSame(expected, gradient, "gradient");
      Softmax softmax = new Softmax(1);
      Bits.assertSame(cpu.apply(softmax, LOGITS), session.apply(softmax, LOGITS), "softmax");
      cpu.gradient(new LogSoftmax(0), LOGITS, LOGITS, expected);
      session.gradient(new LogSoftmax(0), LOGITS, LOGITS, gradient);
      Bits.assertSame(expected, gradient, "gradient of the softmax's logarithm");
    }
  }

  @Test
  void probabilitiesInDoublesMakeTheArithmeticDouble() {
    Tensor floats = Tensor.of(LOGITS.toFloatArray(), 3, 4);
    Tensor target = new Draws(2).uniform(DType.F64, 3, 4);
    try (LossSession session = withoutDoubles()) {
      LossResult result = session.evaluate(LOSS, floats, target);
      assertEquals("cpu", result.backend());
      assertEquals(DType.F64, result.loss().dtype());
    }
  }

  @Test
  void doubleHiddenStatesGoToTheCpuToo() {
    LinearCase of = LinearCase.of(new Draws(3), DType.F64, 5, 40, 3);
    try (LossSession session = withoutDoubles();
        LossSession cpu = LossBackend.named("cpu").open()) {
      LinearCase.assertSame(of.compute(cpu, 0), of.compute(session, 0), "on the cpu");
      LossResult result =
          session.linearCrossEntropy(of.loss(), of.hidden(), of.classes(), of.target());
      assertEquals("cpu", result.backend());
    }
  }
}
