// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LossSession;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Softmax;
import io.github.loss4j.Tensor;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Memory that other threads, or nobody, may read: refused in every role before anything starts. */
class RefusedMemoryTest {
  private static final CrossEntropyLoss NONE = new CrossEntropyLoss().withReduction(Reduction.NONE);
  private static final Softmax SOFTMAX = new Softmax(1);

  private final Tensor logits = Bits.poisoned(DType.F32, 3, 4);
  private final Tensor labels = Tensor.of(new long[] {0, 1, 2});
  private final LossSession session =
      new HostSession("none", "none", new UnreachableKernels(DType.F32));

  private void refusedInEveryRole(Arena arena, boolean close, String why) {
    Tensor input = Tensor.allocate(arena, DType.F32, 3, 4);
    Tensor target = Tensor.allocate(arena, DType.I64, 3);
    Tensor perRow = Tensor.allocate(arena, DType.F32, 3);
    Tensor weight = Tensor.allocate(arena, DType.F32, 4);
    if (close) {
      arena.close();
    }
    refused(why, "input F32[3, 4]", () -> session.evaluate(NONE, input, labels));
    refused(why, "target I64[3]", () -> session.evaluate(NONE, logits, target));
    refused(why, "target F32[3, 4]", () -> session.evaluate(NONE, logits, input));
    refused(why, "weight F32[4]", () -> session.evaluate(NONE.withWeight(weight), logits, labels));
    refused(
        why,
        "input gradient F32[3, 4]",
        () -> session.evaluate(NONE, logits, labels, Request.gradient(input)));
    refused(
        why,
        "target gradient F32[3, 4]",
        () -> session.evaluate(NONE, logits, logits, Request.LOSS.withTargetGradient(input)));
    refused(
        why,
        "upstream gradient F32[3]",
        () -> session.evaluate(NONE, logits, labels, Request.LOSS.withUpstream(perRow)));
    refused(why, "input F32[3, 4]", () -> session.apply(SOFTMAX, input));
    refused(why, "output F32[3, 4]", () -> session.apply(SOFTMAX, logits, input));
    refused(
        why, "upstream gradient F32[3, 4]", () -> session.gradient(SOFTMAX, logits, input, logits));
    refused(why, "gradient F32[3, 4]", () -> session.gradient(SOFTMAX, logits, null, input));
  }

  private void refused(String why, String what, Executable call) {
    InvalidInputException e = assertThrows(InvalidInputException.class, call);
    assertEquals("the memory of the %s %s".formatted(what, why), e.getMessage());
    Bits.assertPoisoned(logits);
  }

  @Test
  void memoryThatWasFreed() {
    refusedInEveryRole(Arena.ofShared(), true, "has been freed");
  }

  @Test
  void memoryOfOneThread() {
    try (Arena arena = Arena.ofConfined()) {
      refusedInEveryRole(arena, false, "is confined to one thread; allocate it in a shared arena");
    }
  }
}
