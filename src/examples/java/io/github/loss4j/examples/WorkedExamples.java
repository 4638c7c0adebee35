// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Cross-entropy on numbers small enough to check by hand: each value that loss4j computes, and
 * below it the one that is stated for it.
 */
public final class WorkedExamples {
  private static final CrossEntropyLoss MEAN = new CrossEntropyLoss(); // PyTorch's default
  private static final CrossEntropyLoss SUM = MEAN.withReduction(Reduction.SUM);
  private static final CrossEntropyLoss NONE = MEAN.withReduction(Reduction.NONE);

  private static final Tensor ROWS =
      rows(new float[][] {{1.5f, 0.3f, 2.1f}, {2.0f, 1.0f, 0.1f}, {0.1f, 2.2f, 1.0f}});
  private static final Tensor LABELS = Tensor.of(new long[] {2, 0, 1});

  private final LossSession session;
  private final List<WorkedExample> examples = new ArrayList<>();

  private WorkedExamples(LossSession session) {
    this.session = session;
  }

  /** Takes no arguments. */
  public static void main(String[] args) {
    try (LossSession session = LossBackend.auto().open()) {
      System.out.printf("computed by %s on %s%n", session.backend(), session.device());
      on(session).forEach(System.out::println);
    }
  }

  static List<WorkedExample> on(LossSession session) {
    WorkedExamples worked = new WorkedExamples(session);
    worked.oneRow();
    worked.rowWithoutBatch();
    worked.severalRows();
    worked.reductions();
    worked.classWeights();
    worked.targetProbabilities();
    worked.upstreamGradient();
    return worked.examples;
  }

  /** A row has a logit per class; its label is the index of the right one. */
  private void oneRow() {
    Tensor logits = rows(new float[][] {{3, 1, -3}});
    Tensor labels = Tensor.of(new long[] {1});
    Tensor gradient = Tensor.allocate(DType.F32, 1, 3);

    // log(e^3 + e^1 + e^-3) - 1, and softmax(3, 1, -3) less 1 at the label.
    Tensor loss = session.evaluate(MEAN, logits, labels, Request.gradient(gradient)).loss();
    show("one row", loss, 2.1291);
    show("one row, gradient", gradient, 0.8789, -0.8811, 0.0022);

    logits = rows(new float[][] {{2.0f, 1.0f, 0.1f}});
    labels = Tensor.of(new long[] {0});
    show("another row", loss(MEAN, logits, labels), 0.4170);
  }

  /** Logits of shape (C) have a label without axes. */
  private void rowWithoutBatch() {
    Tensor logits = Tensor.of(new float[] {3, 1, -3});
    Tensor label = Tensor.of(new long[] {1}).reshape();
    show("a row without batch", loss(MEAN, logits, label), 2.1291);
  }

  /** The loss of a batch is the mean over its rows. */
  private void severalRows() {
    Tensor three =
        rows(
            new float[][] {
              {9.7785f, 0.9195f, 2.1f}, {3.133f, -3.05f, 1.02f}, {0.12f, 0.432518f, 0.47f}
            });
    show("three rows", loss(MEAN, three, Tensor.of(new long[] {0, 0, 2})), 0.36594847);

    Tensor five =
        rows(
            new float[][] {
              {0.2319f, 0.2875f, -0.2994f},
              {0.7351f, -1.3286f, -0.4470f},
              {0.9836f, -0.5633f, -0.3552f},
              {0.8043f, -0.3892f, 1.2848f},
              {0.9196f, 2.2589f, -1.3184f}
            });
    show("five rows", loss(MEAN, five, Tensor.of(new long[] {2, 0, 2, 1, 1})), 1.2223);
  }

  /** A loss per row, their sum and their mean. */
  private void reductions() {
    show("reduction none", loss(NONE, ROWS, LABELS), 0.5389, 0.4170, 0.3532);
    show("reduction sum", loss(SUM, ROWS, LABELS), 1.3091);
    // The stated value is the mean of 0.54, 0.42 and 0.35: losses that were rounded first.
    show("reduction mean", loss(MEAN, ROWS, LABELS), 0.437);
  }

  /** A row's loss is multiplied by the weight of its label; the mean divides by those weights. */
  private void classWeights() {
    Tensor weight = Tensor.of(new float[] {1, 2, 3});
    show("weights, none", loss(NONE.withWeight(weight), ROWS, LABELS), 1.6167, 0.4170, 0.7064);
    show("weights, sum", loss(SUM.withWeight(weight), ROWS, LABELS), 2.7402);
    show("weights, mean", loss(MEAN.withWeight(weight), ROWS, LABELS), 0.4567);
  }

  /** Targets may be probabilities; those of a one-hot row are the same as an index. */
  private void targetProbabilities() {
    Tensor logits = rows(new float[][] {{0.8f, 0.2f}, {0.3f, 0.7f}, {0.7f, 0.3f}});
    Tensor labels = Tensor.of(new long[] {0, 1, 0});
    Tensor oneHot = rows(new float[][] {{1, 0}, {0, 1}, {1, 0}});
    show("index targets", loss(MEAN, logits, labels), 0.4878);
    show("one-hot targets", loss(MEAN, logits, oneHot), 0.4878);
  }

  /** The gradient of 2 loss[0] + 3 loss[1] - loss[2]: each row's own, times its factor. */
  private void upstreamGradient() {
    Tensor gradient = Tensor.allocate(DType.F32, 3, 3);
    Tensor upstream = Tensor.of(new float[] {2, 3, -1});
    session.evaluate(NONE, ROWS, LABELS, Request.gradient(gradient).withUpstream(upstream));
    show(
        "gradient, upstream 2 3 -1",
        gradient,
        new double[] {0.6403, 0.1929, -0.8332, -1.0230, 0.7273, 0.2957, -0.0860, 0.2976, -0.2116});
  }

  private Tensor loss(CrossEntropyLoss loss, Tensor logits, Tensor targets) {
    return session.evaluate(loss, logits, targets).loss();
  }

  private void show(String name, Tensor computed, double... stated) {
    examples.add(new WorkedExample(name, computed, Tensor.of(stated)));
  }

  /** A tensor of shape (rows, classes). */
  private static Tensor rows(float[][] rows) {
    Tensor tensor = Tensor.allocate(DType.F32, rows.length, rows[0].length);
    int index = 0;
    for (float[] row : rows) {
      for (float logit : row) {
        tensor.setDouble(index++, logit);
      }
    }
    return tensor;
  }
}
