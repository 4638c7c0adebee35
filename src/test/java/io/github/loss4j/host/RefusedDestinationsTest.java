// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Softmax;
import io.github.loss4j.Tensor;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Memory that a gradient cannot be written to: one line, nothing launched, nothing written. */
class RefusedDestinationsTest {
  private static final CrossEntropyLoss LOSS = new CrossEntropyLoss();
  private static final Softmax SOFTMAX = new Softmax(1);
  private static final String OF_ITS_OWN = "; give it memory of its own";

  /** All tensors of a test lie in here, and none is written. */
  private final Tensor memory = Bits.poisoned(DType.F32, 64);

  private final Tensor logits = memory.slice(0, 12).reshape(3, 4);
  private final Tensor shifted = memory.slice(4, 12).reshape(3, 4);
  private final Tensor probabilities = memory.slice(16, 12).reshape(3, 4);
  private final Tensor elsewhere = memory.slice(32, 12).reshape(3, 4);
  private final Tensor labels = Tensor.of(new long[] {0, 1, 2});
  private final LossSession session =
      new HostSession("none", "none", new UnreachableKernels(DType.F32, DType.F64));

  private void refused(String message, Executable call) {
    assertEquals(message, assertThrows(InvalidInputException.class, call).getMessage());
    Bits.assertPoisoned(memory);
  }

  private void refused(String message, Tensor target, Request request) {
    refused(message, () -> session.evaluate(LOSS, logits, target, request));
  }

  private void refused(String message, Request request) {
    refused(message, labels, request);
    refused(message, probabilities, request);
    refused(message, () -> session.evaluate(new NLLLoss(), logits, labels, request));
  }

  @Test
  void anotherShapeOrType() {
    refused(
        "the input gradient must have shape [3, 4], but is F32[4, 3]",
        Request.gradient(elsewhere.reshape(4, 3)));
    refused(
        "the input gradient must be of type F32, but is F64[3, 4]",
        Request.gradient(Tensor.allocate(DType.F64, 3, 4)));
    refused(
        "the input gradient must be of type F32, but is BF16[3, 4]",
        Request.gradient(Tensor.allocate(DType.BF16, 3, 4)));
    refused(
        "the input gradient must be of type F32 or BF16, but is F16[3, 4]",
        () ->
            session.evaluate(
                LOSS,
                Tensor.allocate(DType.BF16, 3, 4),
                labels,
                Request.gradient(Tensor.allocate(DType.F16, 3, 4))));
    refused(
        "the target gradient must have shape [3, 4], but is F32[12]",
        probabilities,
        Request.LOSS.withTargetGradient(elsewhere.reshape(12)));
    refused(
        "the target gradient must be of type F32, but is F64[3, 4]",
        probabilities,
        Request.LOSS.withTargetGradient(Tensor.allocate(DType.F64, 3, 4)));
  }

  @Test
  void readOnlyMemory() {
    MemorySegment bytes = elsewhere.memory().asReadOnly();
    Tensor readOnly = Tensor.of(bytes, DType.F32, 3, 4);
    refused("the input gradient F32[3, 4] is read-only memory", Request.gradient(readOnly));
    refused(
        "the target gradient F32[3, 4] is read-only memory",
        probabilities,
        Request.LOSS.withTargetGradient(readOnly));
    refused(
        "the output F32[3, 4] is read-only memory", () -> session.apply(SOFTMAX, logits, readOnly));
    refused(
        "the gradient F32[3, 4] is read-only memory",
        () -> session.gradient(SOFTMAX, logits, null, readOnly));
  }

  @Test
  void memoryThatOverlapsTheInputButIsNotIt() {
    String message =
        " F32[3, 4] overlaps the memory of F32[3, 4]; give the same tensor or memory of its own";
    refused("the input gradient" + message, Request.gradient(shifted));
    refused("the output" + message, () -> session.apply(SOFTMAX, logits, shifted));
    refused("the gradient" + message, () -> session.gradient(SOFTMAX, logits, null, shifted));
    refused(
        "the target gradient" + message,
        () -> session.evaluate(LOSS, elsewhere, logits, Request.LOSS.withTargetGradient(shifted)));
  }

  @Test
  void theSameBytesOfAnotherType() {
    Tensor halves = Tensor.of(logits.memory().asSlice(0, 24), DType.BF16, 3, 4);
    refused(
        "the input gradient F32[3, 4] overlaps the memory of BF16[3, 4]; give the same tensor or"
            + " memory of its own",
        () -> session.evaluate(LOSS, halves, labels, Request.gradient(logits)));
  }

  @Test
  void theMemoryOfTheLabels() {
    Tensor longs = Tensor.of(elsewhere.memory().asSlice(0, 24), DType.I64, 3);
    refused(
        "the input gradient F32[3, 4] overlaps the memory of I64[3]" + OF_ITS_OWN,
        longs,
        Request.gradient(elsewhere));
  }

  @Test
  void theMemoryOfTheOtherGradient() {
    Request both = Request.gradient(elsewhere).withTargetGradient(elsewhere);
    refused(
        "the target gradient F32[3, 4] overlaps the memory of F32[3, 4]" + OF_ITS_OWN,
        probabilities,
        both);
  }

  /** The kernels read them for one row while they write another. */
  @Test
  void theMemoryOfTheUpstreamGradientOrTheWeight() {
    Tensor three = elsewhere.reshape(12).slice(1, 3);
    Tensor one = elsewhere.reshape(12).slice(11, 1).reshape();
    Tensor four = elsewhere.reshape(12).slice(8, 4);
    CrossEntropyLoss none = LOSS.withReduction(Reduction.NONE);
    CrossEntropyLoss weighted = LOSS.withWeight(four);
    Request toInput = Request.gradient(elsewhere);
    Request toTarget = Request.LOSS.withTargetGradient(elsewhere);
    for (Tensor target : new Tensor[] {labels, probabilities}) {
      refused(
          "the input gradient F32[3, 4] overlaps the memory of F32[3]" + OF_ITS_OWN,
          () -> session.evaluate(none, logits, target, toInput.withUpstream(three)));
      refused(
          "the input gradient F32[3, 4] overlaps the memory of F32[]" + OF_ITS_OWN,
          () -> session.evaluate(LOSS, logits, target, toInput.withUpstream(one)));
      refused(
          "the input gradient F32[3, 4] overlaps the memory of F32[4]" + OF_ITS_OWN,
          () -> session.evaluate(weighted, logits, target, toInput));
    }
    refused(
        "the gradient F32[3, 4] overlaps the memory of F32[3, 4]" + OF_ITS_OWN,
        () -> session.gradient(SOFTMAX, logits, elsewhere, elsewhere));
    refused(
        "the target gradient F32[3, 4] overlaps the memory of F32[3]" + OF_ITS_OWN,
        () -> session.evaluate(none, logits, probabilities, toTarget.withUpstream(three)));
    refused(
        "the target gradient F32[3, 4] overlaps the memory of F32[4]" + OF_ITS_OWN,
        () -> session.evaluate(weighted, logits, probabilities, toTarget));
  }
}
