// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.DType;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tensor;
import io.github.loss4j.opencl.RequiresOpenCl;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * The programs that train or segment; what they print is in the README, whose commands run in CI.
 */
class TrainingTest {
  private static double on(String backend, ToDoubleFunction<LossSession> program) {
    try (LossSession session = LossBackend.named(backend).open()) {
      return program.applyAsDouble(session);
    }
  }

  private static double segment(LossSession session) {
    Tensor logits = Tensor.allocate(DType.F32, 1, 4, 128, 128, 128);
    Tensor probabilities = Tensor.allocate(DType.F32, 1, 4, 128, 128, 128);
    Tensor gradient = Tensor.allocate(DType.F32, 1, 4, 128, 128, 128);
    SegmentVolume.fill(logits, probabilities);
    double loss = SegmentVolume.loss(session, logits, probabilities, gradient).value();
    double sum = 0;
    for (long i = 0; i < gradient.size(); i++) {
      sum += gradient.getDouble(i);
    }
    assertEquals(0, sum, 1e-4, "the gradient of each voxel adds up to 0");
    return loss;
  }

  @Test
  void lossFalls() {
    assertTrue(on("cpu", TrainClassifier::train) < 0.3);
    assertTrue(on("cpu", TrainMultiLabelClassifier::train) < 0.2);
  }

  @Test
  @RequiresOpenCl
  void openClTakesTheSameSteps() {
    assertEquals(on("cpu", TrainClassifier::train), on("opencl", TrainClassifier::train));
    assertEquals(
        on("cpu", TrainMultiLabelClassifier::train),
        on("opencl", TrainMultiLabelClassifier::train));
    assertEquals(on("cpu", TrainingTest::segment), on("opencl", TrainingTest::segment));
  }
}
