// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Loss;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each input that no backend can compute with: one line, nothing launched, nothing written. */
class RefusedLossesTest {
  private static final CrossEntropyLoss CROSS_ENTROPY = new CrossEntropyLoss();
  private static final List<Loss> BOTH = List.of(CROSS_ENTROPY, new NLLLoss());
  private static final Tensor LOGITS = Tensor.allocate(DType.F32, 3, 4);
  private static final Tensor LABELS = Tensor.of(new long[] {0, 1, 2});
  private static final Tensor PROBABILITIES = Tensor.allocate(DType.F32, 3, 4);

  private final LossSession session =
      new HostSession("none", "none", new UnreachableKernels(DType.F32, DType.F64));
  private final Tensor gradient = Bits.poisoned(DType.F32, 3, 4);
  private final Request request = Request.gradient(gradient);

  private void refused(String message, Loss loss, Tensor input, Tensor target, Request wanted) {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class, () -> session.evaluate(loss, input, target, wanted));
    assertEquals(message, e.getMessage());
    Bits.assertPoisoned(gradient);
  }

  private void refused(String message, Tensor input, Tensor target) {
    for (Loss loss : BOTH) {
      refused(message, loss, input, target, request);
    }
  }

  @Test
  void aLabelOutOfRangeIsNamedWithItsRow() {
    refused(
        "row 2 has label 4, but labels must be from 0 to 3 (or -100, which is ignored)",
        LOGITS,
        Tensor.of(new long[] {0, -100, 4}));
    refused(
        "row 0 has label -1, but labels must be from 0 to 3 (or -100, which is ignored)",
        LOGITS,
        Tensor.of(new int[] {-1, 0, 9}));
    refused(
        "row 1 has label -100, but labels must be from 0 to 3 (or 3, which is ignored)",
        CROSS_ENTROPY.withIgnoreIndex(3),
        LOGITS,
        Tensor.of(new long[] {3, -100, 0}),
        request);
  }

  /** Labels of 64 bits must not be cut to the 32 of the kernels first. */
  @Test
  void aLabelBeyond32BitsIsOutOfRange() {
    refused(
        "row 0 has label 4294967296, but labels must be from 0 to 3 (or -100, which is ignored)",
        LOGITS,
        Tensor.of(new long[] {1L << 32, 0, 0}));
    refused(
        "row 1 has label 9223372036854775807, but labels must be from 0 to 3"
            + " (or -100, which is ignored)",
        LOGITS,
        Tensor.of(new long[] {0, Long.MAX_VALUE, 0}));
  }

  @Test
  void rowsAreCountedFromTheFirstRowOfTheRequest() {
    Request later = request.withFirstRow(5_000_000_000L);
    for (Loss loss : BOTH) {
      refused(
          "row 5000000002 has label 7, but labels must be from 0 to 3 (or -100, which is ignored)",
          loss,
          LOGITS,
          Tensor.of(new long[] {0, 1, 7}),
          later);
    }
  }

  @Test
  void rowsOfManyAxesAreCountedInOrder() {
    Tensor labels = Tensor.of(new long[] {0, 0, 0, 0, 9, 0}, 2, 3);
    for (Loss loss : BOTH) {
      refused(
          "row 4 has label 9, but labels must be from 0 to 3 (or -100, which is ignored)",
          loss,
          Tensor.allocate(DType.F32, 2, 4, 3),
          labels,
          Request.LOSS);
    }
  }

  @Test
  void labelsThatAreNotIntegersAreRefused() {
    Tensor floats = Tensor.of(new float[] {0, 1, Float.NaN});
    refused(
        "the target F32[3] is neither labels, which are integers, nor probabilities, which have"
            + " the shape of the input F32[3, 4]",
        CROSS_ENTROPY,
        LOGITS,
        floats,
        request);
    String integers = "the target must be labels of an integer type, but is ";
    refused(integers + "F32[3]", new NLLLoss(), LOGITS, floats, request);
    refused(integers + "F32[3, 4]", new NLLLoss(), LOGITS, PROBABILITIES, request);
    refused(integers + "BOOL[3]", LOGITS, Tensor.allocate(DType.BOOL, 3));
  }

  @Test
  void labelsOfAnotherShapeAreRefused() {
    refused("the target must have shape [3], but is I64[2]", LOGITS, labels(2));
    refused("the target must have shape [3], but is I64[3, 4]", LOGITS, labels(3, 4));
    refused("the target must have shape [3], but is I64[3, 1]", LOGITS, labels(3, 1));
    refused("the target must have shape [3], but is I64[]", LOGITS, labels());
    for (Loss loss : BOTH) {
      refused(
          "the target must have shape [], but is I64[1]",
          loss,
          Tensor.allocate(DType.F32, 4),
          labels(1),
          Request.LOSS);
      refused(
          "the target must have shape [2, 5], but is I64[5, 2]",
          loss,
          Tensor.allocate(DType.F32, 2, 4, 5),
          labels(5, 2),
          Request.LOSS);
    }
  }

  @Test
  void inputsMustBeFloatingAndHaveAnAxis() {
    for (Loss loss : BOTH) {
      refused(
          "the input must be of a floating-point type, but is I64[3, 4]",
          loss,
          labels(3, 4),
          LABELS,
          request);
      refused(
          "the input is a scalar; expected shape (C), (N, C) or (N, C, d1, ..., dk)",
          loss,
          Tensor.scalar(1, DType.F32),
          labels(),
          Request.LOSS);
    }
  }

  @Test
  void rowsWithoutClassesHaveNoLabels() {
    for (Loss loss : BOTH) {
      refused(
          "the input F32[3, 0] has rows without classes",
          loss,
          Tensor.allocate(DType.F32, 3, 0),
          LABELS,
          Request.LOSS);
    }
  }

  @Test
  void weightsMustBeOnePerClassInTheTypeOfTheInput() {
    Tensor three = Tensor.allocate(DType.F32, 3);
    Tensor wide = Tensor.allocate(DType.F64, 4);
    for (Tensor target : List.of(LABELS, PROBABILITIES)) {
      refused(
          "the weight must have shape [4], but is F32[3]",
          CROSS_ENTROPY.withWeight(three),
          LOGITS,
          target,
          request);
      refused(
          "the weight must be of type F32, but is F64[4]",
          CROSS_ENTROPY.withWeight(wide),
          LOGITS,
          target,
          request);
    }
    refused(
        "the weight must have shape [4], but is F32[4, 1]",
        new NLLLoss().withWeight(Tensor.allocate(DType.F32, 4, 1)),
        LOGITS,
        LABELS,
        request);
    refused(
        "the weight must be of type F32 or BF16, but is F16[4]",
        new NLLLoss().withWeight(Tensor.allocate(DType.F16, 4)),
        Tensor.allocate(DType.BF16, 3, 4),
        LABELS,
        Request.LOSS);
  }

  @Test
  void theUpstreamGradientMustBeLikeTheLoss() {
    Tensor perRow = Tensor.allocate(DType.F32, 3);
    Tensor scalar = Tensor.scalar(1, DType.F32);
    for (Tensor target : List.of(LABELS, PROBABILITIES)) {
      refused(
          "the upstream gradient must have shape [], but is F32[3]",
          CROSS_ENTROPY,
          LOGITS,
          target,
          request.withUpstream(perRow));
      refused(
          "the upstream gradient must have shape [3], but is F32[]",
          CROSS_ENTROPY.withReduction(Reduction.NONE),
          LOGITS,
          target,
          request.withUpstream(scalar));
      refused(
          "the upstream gradient must be of type F32, but is F64[]",
          CROSS_ENTROPY,
          LOGITS,
          target,
          request.withUpstream(Tensor.scalar(1, DType.F64)));
    }
  }

  @Test
  void whatLabelsDoNotHaveIsRefused() {
    Tensor toTarget = Bits.poisoned(DType.F32, 3, 4);
    for (Loss loss : BOTH) {
      refused(
          "labels have no gradient; only target probabilities have",
          loss,
          LOGITS,
          LABELS,
          request.withTargetGradient(toTarget));
    }
    Bits.assertPoisoned(toTarget);
  }

  @Test
  void whatProbabilitiesDoNotHaveIsRefused() {
    refused(
        "accuracy needs labels, but the target is F32[3, 4]",
        CROSS_ENTROPY,
        LOGITS,
        PROBABILITIES,
        request.withAccuracy());
    refused(
        "ignoreIndex 0 has no meaning for target probabilities",
        CROSS_ENTROPY.withIgnoreIndex(0),
        LOGITS,
        PROBABILITIES,
        request);
  }

  private static Tensor labels(long... shape) {
    return Tensor.allocate(DType.I64, shape);
  }
}
