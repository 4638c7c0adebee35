// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Request;
import io.github.loss4j.Softmax;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Draws;
import io.github.loss4j.host.Workload;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Inputs in pieces, brought to a device with a memory of its own while others are computed. */
@RequiresOpenCl
class OverlapTest {
  private static final int ROWS = 400;
  private static final int CLASSES = 1000;

  private final Tensor logits = new Draws(1).normal(3, DType.F32, ROWS, CLASSES);
  private final Tensor labels = new Draws(2).labels(CLASSES, -100, DType.I64, ROWS);

  /** A device that takes 16 rows of those logits at a time. */
  private static ClContext separate() {
    return ClContext.open(TestKernels.deviceWithMemoryOfItsOwn(16 * 4 * CLASSES));
  }

  @Test
  void piecesAreUnderWayTogetherAndMemoryIsSteady() {
    ClContext context = separate();
    try (OpenClSession session = new OpenClSession(context);
        LossSession java = LossBackend.named("cpu").open()) {
      Tensor expected = Tensor.allocate(DType.F32, ROWS, CLASSES);
      Tensor gradient = Bits.poisoned(DType.F32, ROWS, CLASSES);
      CrossEntropyLoss loss = new CrossEntropyLoss();
      double value = java.evaluate(loss, logits, labels, Request.gradient(expected)).value();
      for (int i = 0; i < 5; i++) {
        Request request = Request.gradient(gradient).withAccuracy();
        LossResult result = session.evaluate(loss, logits, labels, request);
        assertEquals(value, result.value());
        Bits.assertSame(expected, gradient, "gradient");
        assertTrue(context.idleQueues() > 1, "more than one call was under way");
        assertTrue(context.idleQueues() <= 3, "not more than three were");
        assertTrue(context.idlePinned() <= 3, "each with pinned memory of its own");
      }
      long bytes = 4L * ROWS * CLASSES;
      assertEquals(5 * (bytes + 4L * ROWS), context.bytesToDevice().sum());
      assertEquals(5 * (bytes + 5L * ROWS), context.bytesFromDevice().sum());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16"})
  void everythingHasTheBitsOfJava(DType dtype) {
    try (OpenClSession session = new OpenClSession(separate());
        LossSession java = LossBackend.named("cpu").open()) {
      for (int inner : new int[] {1, 5}) {
        Workload workload = Workload.of(dtype, inner == 1 ? 5000 : 900, inner, 3);
        Map<String, Tensor> expected = workload.computeFurtherBriefly(java);
        workload
            .computeFurtherBriefly(session)
            .forEach((name, tensor) -> Bits.assertSame(expected.get(name), tensor, name));
      }
    }
  }

  /** Java arrays too pass through pinned memory. */
  @Test
  void arraysInPlaceHaveTheBitsOfJava() {
    Tensor array =
        Tensor.of(MemorySegment.ofArray(logits.toFloatArray()), DType.F32, ROWS, CLASSES);
    try (OpenClSession session = new OpenClSession(separate());
        LossSession java = LossBackend.named("cpu").open()) {
      session.apply(new Softmax(1), array, array);
      Bits.assertSame(java.apply(new Softmax(1), logits), array, "softmax");
    }
  }

  @Test
  void aDeviceInTheHostsMemoryComputesPieceByPiece() {
    ClContext context = ClContext.open(TestKernels.device());
    try (OpenClSession session = new OpenClSession(context)) {
      session.evaluate(new CrossEntropyLoss(), logits, labels);
      assertEquals(context.device().cpu() ? 0 : 1, context.idlePinned());
    }
  }
}
