// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * With TornadoVM's API alone the kernels are Java methods like any other: near what the other
 * backends give, as Java rounds a fused multiply-add of theirs twice.
 */
class SequentialKernelsTest {
  private static final int ROWS = 5;
  private static final int CLASSES = 3000;

  @Test
  void computeCrossEntropy() {
    PlanKey key =
        new PlanKey(
            Operation.CROSS_ENTROPY, RowShape.BY_ROW, true, false, 16384, 1024, 1024, 1, 1, 1);
    PlanArrays a = new PlanArrays(key);
    Random random = new Random(7);
    long[] labels = new long[ROWS];
    float[] logits = new float[ROWS * CLASSES];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (5 * random.nextGaussian());
      a.input.set(i, logits[i]);
    }
    for (int row = 0; row < ROWS; row++) {
      labels[row] = random.nextInt(CLASSES);
      a.labels.set(row, (int) labels[row]);
    }
    a.sizes.set(Call.ROWS, ROWS);
    a.sizes.set(Call.CLASSES, CLASSES);
    a.sizes.set(Call.INNER, 1);
    RowShape.BY_ROW.describe(CLASSES, a.sizes);
    a.numbers.set(Call.KEEP, 1);
    a.numbers.set(Call.SCALE, 1);
    SoftmaxKernel.sumsFromLabels(a.sizes, a.powers, a.input, a.labels, a.sums, a.marks);
    SoftmaxKernel.softmaxOfSums(a.sizes, a.numbers, a.powers, a.sums, a.softmax, a.marks);
    CrossEntropyKernel.losses(
        a.sizes, a.numbers, a.input, a.labels, a.weights, a.sums, a.softmax, a.losses, a.correct,
        a.marks);
    CrossEntropyKernel.gradient(
        a.sizes,
        a.numbers,
        a.powers,
        a.input,
        a.labels,
        a.weights,
        a.upstreams,
        a.sums,
        a.softmax,
        a.gradient,
        a.stripMarks);
    Tensor gradient = Tensor.of(new float[ROWS * CLASSES], ROWS, CLASSES);
    try (LossSession java = LossBackend.named("cpu").open()) {
      Tensor losses =
          java.evaluate(
                  new CrossEntropyLoss().withReduction(Reduction.SUM),
                  Tensor.of(logits, ROWS, CLASSES),
                  Tensor.of(labels),
                  Request.gradient(gradient))
              .loss();
      double sum = 0;
      for (int row = 0; row < ROWS; row++) {
        sum += a.losses.get(row);
      }
      assertEquals(losses.getDouble(0), sum, 1e-6 * Math.abs(sum));
    }
    for (int i = 0; i < ROWS * CLASSES; i++) {
      double expected = gradient.getDouble(i);
      assertEquals(expected, a.gradient.get(i), 1e-12 + 1e-5 * Math.abs(expected));
    }
  }
}
