// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.loss4j.BCELoss;
import io.github.loss4j.BCEWithLogitsLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.ElementLoss;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.KLDivLoss;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.SigmoidFocalLoss;
import io.github.loss4j.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What elementwise losses refuse: one line, nothing launched, nothing written. */
class RefusedElementLossesTest {
  private static final BCELoss BCE = new BCELoss();
  private static final BCEWithLogitsLoss WITH_LOGITS = new BCEWithLogitsLoss();
  private static final KLDivLoss KL = new KLDivLoss();
  private static final Tensor INPUT = Tensor.allocate(DType.F32, 4, 3);
  private static final Tensor TARGET = Tensor.allocate(DType.F32, 4, 3);

  private final LossSession session =
      new HostSession("none", "none", new UnreachableKernels(DType.F32, DType.F64));
  private final Tensor gradient = Bits.poisoned(DType.F32, 4, 3);
  private final Request request = Request.gradient(gradient);

  private void refused(String message, Executable call) {
    assertEquals(message, assertThrows(InvalidInputException.class, call).getMessage());
    Bits.assertPoisoned(gradient);
  }

  private void refused(String message, ElementLoss loss, Tensor input, Tensor target) {
    refused(message, () -> session.evaluate(loss, input, target, request));
  }

  @Test
  void aTargetOfAnotherShape() {
    for (ElementLoss loss : List.of(BCE, WITH_LOGITS, new SigmoidFocalLoss())) {
      refused(
          "the target must have shape [4, 3], but is F32[1, 3]",
          loss,
          INPUT,
          Tensor.allocate(DType.F32, 1, 3));
    }
    refused(
        "the input F32[4, 3] and the target F32[4] do not broadcast against each other",
        KL,
        INPUT,
        Tensor.allocate(DType.F32, 4));
  }

  @Test
  void aTargetOfAnotherType() {
    refused(
        "the target must be of a floating-point type, but is I64[4, 3]",
        WITH_LOGITS,
        INPUT,
        Tensor.allocate(DType.I64, 4, 3));
    refused(
        "the target must be of type F32, but is F64[4, 3]",
        BCE,
        INPUT,
        Tensor.allocate(DType.F64, 4, 3));
  }

  @Test
  void weightsThatDoNotBroadcast() {
    refused(
        "the weight F32[4] does not broadcast to shape [4, 3]",
        BCE.withWeight(Tensor.allocate(DType.F32, 4)),
        INPUT,
        TARGET);
    refused(
        "the weight F32[2, 4, 3] does not broadcast to shape [4, 3]",
        WITH_LOGITS.withWeight(Tensor.allocate(DType.F32, 2, 4, 3)),
        INPUT,
        TARGET);
    refused(
        "the posWeight F32[4] does not broadcast to shape [4, 3]",
        WITH_LOGITS.withPosWeight(Tensor.allocate(DType.F32, 4)),
        INPUT,
        TARGET);
    refused(
        "the posWeight must be of a floating-point type, but is I32[3]",
        WITH_LOGITS.withPosWeight(Tensor.allocate(DType.I32, 3)),
        INPUT,
        TARGET);
  }

  @Test
  void numbersThatAreNoProbabilitiesAreNamedWithTheirPlace() {
    Tensor input = Bits.copy(INPUT);
    input.setDouble(5, 1.5);
    refused(
        "element [1, 2] of the input is 1.5, but must be from 0 to 1;"
            + " logits are for BCEWithLogitsLoss",
        BCE,
        input,
        TARGET);
    input.setDouble(5, -1e-30f);
    refused(
        "element [7000000001, 2] of the input is -1.0000000031710769E-30, but must be from 0 to 1;"
            + " logits are for BCEWithLogitsLoss",
        () -> session.evaluate(BCE, input, TARGET, request.withFirstRow(7_000_000_000L)));
    Tensor target = Bits.copy(TARGET);
    target.setDouble(11, Double.NaN);
    refused(
        "element [3, 2] of the target is NaN, but must be from 0 to 1;"
            + " logits are for BCEWithLogitsLoss",
        BCE,
        INPUT,
        target);
  }

  @Test
  void whatOnlyOtherLossesHave() {
    refused(
        "accuracy needs labels, but the target is F32[4, 3]",
        () -> session.evaluate(WITH_LOGITS, INPUT, TARGET, request.withAccuracy()));
    refused(
        "reduction BATCHMEAN divides by the first extent of the input, but that is a scalar",
        () ->
            session.evaluate(
                KL.withReduction(Reduction.BATCHMEAN),
                Tensor.scalar(-1, DType.F32),
                Tensor.scalar(1, DType.F32)));
    String message = "reduction BATCHMEAN is for KLDivLoss only; use MEAN, SUM or NONE";
    refused(message, () -> BCE.withReduction(Reduction.BATCHMEAN));
    refused(message, () -> WITH_LOGITS.withReduction(Reduction.BATCHMEAN));
    refused(message, () -> new SigmoidFocalLoss().withReduction(Reduction.BATCHMEAN));
    refused(message, () -> new CrossEntropyLoss().withReduction(Reduction.BATCHMEAN));
    refused(message, () -> new NLLLoss().withReduction(Reduction.BATCHMEAN));
  }

  @Test
  void parametersOutOfRange() {
    refused("gamma must be finite, but is NaN", () -> new SigmoidFocalLoss().withGamma(Double.NaN));
    refused(
        "alpha must be from 0 to 1, or negative for none, but is 1.5",
        () -> new SigmoidFocalLoss().withAlpha(1.5));
  }

  @Test
  void destinationsThatOverlapWhatIsRead() {
    Tensor both = Bits.poisoned(DType.F32, 8, 3);
    refused(
        "the input gradient F32[4, 3] overlaps the memory of F32[4, 3]; give it memory of its own",
        () ->
            session.evaluate(
                WITH_LOGITS, INPUT, both.slice(0, 4), Request.gradient(both.slice(2, 4))));
    refused(
        "the input gradient F32[4, 3] overlaps the memory of F32[3]; give it memory of its own",
        () ->
            session.evaluate(
                WITH_LOGITS.withPosWeight(both.slice(0, 1).reshape(3)),
                INPUT,
                TARGET,
                Request.gradient(both.slice(0, 4))));
    refused(
        "the target gradient must have shape [1, 3], but is F32[4, 3]",
        () ->
            session.evaluate(
                KL,
                INPUT,
                Tensor.allocate(DType.F32, 1, 3),
                request.withTargetGradient(Tensor.allocate(DType.F32, 4, 3))));
    refused(
        "the upstream gradient must have shape [4, 3], but is F32[3]",
        () ->
            session.evaluate(
                KL.withReduction(Reduction.NONE),
                Tensor.allocate(DType.F32, 1, 3),
                TARGET,
                Request.LOSS.withUpstream(Tensor.allocate(DType.F32, 3))));
    Bits.assertPoisoned(both);
  }
}
