// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import java.util.Arrays;

/** A loss and its gradient, from arrays. */
public final class Quickstart {
  private Quickstart() {}

  /** Takes no arguments. */
  public static void main(String[] args) {
    // @start region="quickstart"
    Tensor logits = Tensor.of(new float[] {3, 1, -3, 0.1f, 2.2f, 1}, 2, 3); // 2 rows, 3 classes
    Tensor labels = Tensor.of(new long[] {0, 1}); // the right class of each row
    Tensor gradient = Tensor.allocate(DType.F32, 2, 3);

    try (LossSession session = LossBackend.auto().open()) { // a GPU if there is one, else the CPU
      LossResult result =
          session.evaluate(
              new CrossEntropyLoss().withLabelSmoothing(0.1),
              logits,
              labels,
              Request.gradient(gradient));
      System.out.println("loss      " + result.value());
      System.out.println("gradient  " + Arrays.toString(gradient.toFloatArray()));
      System.out.println("device    " + result.device());
    }
    // @end
  }
}
