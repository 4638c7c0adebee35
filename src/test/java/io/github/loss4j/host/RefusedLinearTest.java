// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.loss4j.ClassMatrix;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LinearRequest;
import io.github.loss4j.LossSession;
import io.github.loss4j.Reduction;
import io.github.loss4j.Tensor;
import java.lang.foreign.Arena;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What cross-entropy from hidden states refuses: one line, nothing launched, nothing written. */
class RefusedLinearTest {
  private static final CrossEntropyLoss LOSS = new CrossEntropyLoss();
  private static final LinearRequest REQUEST = LinearRequest.LOSS;

  /** All floating tensors of a test lie in here, and none is written. */
  private final Tensor memory = Bits.poisoned(DType.F32, 128);

  private final Tensor hidden = at(0, 3, 2);
  private final Tensor weight = at(8, 4, 2);
  private final Tensor bias = at(16, 4);
  private final Tensor hiddenGradient = at(24, 3, 2);
  private final Tensor weightGradient = at(32, 4, 2);
  private final Tensor biasGradient = at(40, 4);
  private final Tensor labels = Tensor.of(new long[] {0, 1, 3});
  private final ClassMatrix classes = new ClassMatrix(weight, bias);
  private final LossSession session =
      new HostSession("none", "none", new UnreachableKernels(DType.F32, DType.F64));

  private Tensor at(long from, long... shape) {
    long size = 1;
    for (long extent : shape) {
      size *= extent;
    }
    return memory.slice(from, size).reshape(shape);
  }

  private void refused(String message, Executable call) {
    assertEquals(message, assertThrows(InvalidInputException.class, call).getMessage());
    Bits.assertPoisoned(memory);
  }

  private void refused(String message, Tensor states, ClassMatrix matrix, Tensor target) {
    refused(message, () -> session.linearCrossEntropy(LOSS, states, matrix, target));
  }

  private void refused(String message, LinearRequest request) {
    refused(message, () -> session.linearCrossEntropy(LOSS, hidden, classes, labels, request));
  }

  @Test
  void aNegativeWorkspace() {
    refused(
        "workspaceBytes must not be negative: -1", () -> LinearRequest.LOSS.withWorkspaceBytes(-1));
  }

  @Test
  void hiddenStatesAndClassesThatDoNotFit() {
    refused(
        "the hidden states must have shape (D) or (N, D), but are F32[3, 1, 2]; reshape them and"
            + " the target",
        hidden.reshape(3, 1, 2),
        classes,
        labels);
    refused(
        "the hidden states must have shape (D) or (N, D), but are F32[]; reshape them and the"
            + " target",
        at(0),
        classes,
        labels);
    refused(
        "the hidden states must be of a floating-point type, but is I64[3]",
        labels,
        classes,
        labels);
    refused(
        "the class matrix F32[4, 2] does not fit the hidden states F32[2, 3]: their last extents"
            + " differ",
        hidden.reshape(2, 3),
        classes,
        labels);
    refused(
        "the class matrix must be of type F64, but is F32[4, 2]",
        Tensor.allocate(DType.F64, 3, 2),
        classes,
        labels);
    refused(
        "the class matrix F32[0, 2] has no classes", hidden, new ClassMatrix(at(0, 0, 2)), labels);
  }

  @Test
  void targetsThatAreNotLabelsOfTheRows() {
    refused(
        "the target of linearCrossEntropy must be labels of an integer type, but is F32[3, 4]; for"
            + " probabilities, evaluate CrossEntropyLoss on the logits",
        hidden,
        classes,
        at(64, 3, 4));
    refused("the target must have shape [3], but is I64[2]", hidden, classes, labels.slice(0, 2));
    refused("the target must have shape [], but is I64[3]", at(0, 2), classes, labels);
    Tensor bad = Tensor.of(new long[] {0, -100, 4});
    String message = " has label 4, but labels must be from 0 to 3 (or -100, which is ignored)";
    refused("row 2" + message, hidden, classes, bad);
    LinearRequest later = REQUEST.withFirstRow(1000).withWeightGradient(weightGradient);
    refused(
        "row 1002" + message, () -> session.linearCrossEntropy(LOSS, hidden, classes, bad, later));
  }

  @Test
  void weightsOrUpstreamGradientsOfAnotherShape() {
    refused(
        "the weight must have shape [4], but is F32[2]",
        () -> session.linearCrossEntropy(LOSS.withWeight(at(64, 2)), hidden, classes, labels));
    refused(
        "the upstream gradient must have shape [], but is F32[3]", REQUEST.withUpstream(at(64, 3)));
    refused(
        "the upstream gradient must be of type F32, but is F64[]",
        REQUEST.withUpstream(Tensor.scalar(1, DType.F64)));
  }

  @Test
  void destinationsOfAnotherShapeOrType() {
    refused(
        "the hidden gradient must have shape [3, 2], but is F32[4, 2]",
        REQUEST.withHiddenGradient(weightGradient));
    refused(
        "the weight gradient must have shape [4, 2], but is F32[3, 2]",
        REQUEST.withWeightGradient(hiddenGradient));
    refused(
        "the bias gradient must have shape [4], but is F32[4, 2]",
        REQUEST.withBiasGradient(weightGradient));
    refused(
        "the weight gradient must be of type F32, but is BF16[4, 2]",
        REQUEST.withWeightGradient(Tensor.allocate(DType.BF16, 4, 2)));
    refused(
        "there is no bias, so it has no gradient",
        () ->
            session.linearCrossEntropy(
                LOSS,
                hidden,
                new ClassMatrix(weight),
                labels,
                REQUEST.withBiasGradient(biasGradient)));
  }

  @Test
  void destinationsOfReadOnlyMemory() {
    refused(
        "the hidden gradient F32[3, 2] is read-only memory",
        readOnly(hiddenGradient, REQUEST::withHiddenGradient));
    refused(
        "the weight gradient F32[4, 2] is read-only memory",
        readOnly(weightGradient, REQUEST::withWeightGradient));
    refused(
        "the bias gradient F32[4] is read-only memory",
        readOnly(biasGradient, REQUEST::withBiasGradient));
  }

  private static LinearRequest readOnly(Tensor tensor, Function<Tensor, LinearRequest> with) {
    return with.apply(Tensor.of(tensor.memory().asReadOnly(), DType.F32, tensor.shape()));
  }

  /** In place too: rows are still to be read when those before them are written. */
  @Test
  void destinationsThatOverlapAnInput() {
    Tensor[] inputs = {hidden, weight, bias, at(64, 4), at(72, 3)};
    long[] firsts = {0, 8, 16, 64, 72};
    CrossEntropyLoss loss = LOSS.withWeight(inputs[3]).withReduction(Reduction.NONE);
    LinearRequest upstream = REQUEST.withUpstream(inputs[4]);
    for (int i = 0; i < inputs.length; i++) {
      long from = firsts[i];
      String end = " overlaps the memory of %s; give it memory of its own".formatted(inputs[i]);
      overlaps(
          "hidden gradient F32[3, 2]" + end, loss, upstream.withHiddenGradient(at(from, 3, 2)));
      overlaps(
          "weight gradient F32[4, 2]" + end, loss, upstream.withWeightGradient(at(from, 4, 2)));
      overlaps("bias gradient F32[4]" + end, loss, upstream.withBiasGradient(at(from, 4)));
    }
  }

  private void overlaps(String message, CrossEntropyLoss loss, LinearRequest request) {
    refused(
        "the " + message, () -> session.linearCrossEntropy(loss, hidden, classes, labels, request));
  }

  @Test
  void destinationsThatOverlapTheLabels() {
    Tensor longs = Tensor.of(memory.memory().asSlice(384, 24), DType.I64, 3);
    refused(
        "the bias gradient F32[4] overlaps the memory of I64[3]; give it memory of its own",
        () ->
            session.linearCrossEntropy(
                LOSS, hidden, classes, longs, REQUEST.withBiasGradient(at(96, 4))));
  }

  @Test
  void destinationsThatOverlapEachOther() {
    refused(
        "the weight gradient F32[4, 2] overlaps the memory of F32[3, 2]; give it memory of its own",
        REQUEST.withHiddenGradient(hiddenGradient).withWeightGradient(at(29, 4, 2)));
    refused(
        "the bias gradient F32[4] overlaps the memory of F32[3, 2]; give it memory of its own",
        REQUEST.withHiddenGradient(hiddenGradient).withBiasGradient(at(26, 4)));
    refused(
        "the bias gradient F32[4] overlaps the memory of F32[4, 2]; give it memory of its own",
        REQUEST.withWeightGradient(weightGradient).withBiasGradient(at(36, 4)));
  }

  @Test
  void memoryThatWasFreed() {
    Arena arena = Arena.ofShared();
    Tensor states = Tensor.allocate(arena, DType.F32, 3, 2);
    Tensor matrix = Tensor.allocate(arena, DType.F32, 4, 2);
    Tensor offsets = Tensor.allocate(arena, DType.F32, 4);
    Tensor target = Tensor.allocate(arena, DType.I64, 3);
    arena.close();
    String end = " has been freed";
    refused("the memory of the hidden states F32[3, 2]" + end, states, classes, labels);
    refused(
        "the memory of the class matrix F32[4, 2]" + end, hidden, new ClassMatrix(matrix), labels);
    refused(
        "the memory of the bias F32[4]" + end, hidden, new ClassMatrix(weight, offsets), labels);
    refused("the memory of the target I64[3]" + end, hidden, classes, target);
    refused(
        "the memory of the weight gradient F32[4, 2]" + end, REQUEST.withWeightGradient(matrix));
  }
}
