// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Reduction;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.EvaluationTotals;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Losses arrive with the parameters that they left with, which totals name. */
class SentLossTest {
  private static final Tensor WEIGHT = Tensor.of(new double[] {0.1, 2, 3});

  @Test
  void everyParameterArrives() throws Exception {
    for (ClassLoss loss :
        List.of(
            new CrossEntropyLoss(),
            new CrossEntropyLoss(WEIGHT, 7, Reduction.MEAN, 0.25, 2, 30, 1e-4),
            new NLLLoss(WEIGHT, -1, Reduction.MEAN),
            new NLLLoss(),
            new SoftmaxFocalLoss(WEIGHT, 1.5, 2, Reduction.MEAN),
            new SoftmaxFocalLoss())) {
      assertEquals(parameters(loss), parameters(sent(loss).loss()));
    }
  }

  @Test
  void weightsKeepTheirType() throws Exception {
    Tensor weight = Tensor.allocate(DType.BF16, 2);
    weight.setDouble(1, 1.5);
    CrossEntropyLoss loss =
        (CrossEntropyLoss) sent(new CrossEntropyLoss().withWeight(weight)).loss();
    assertEquals(DType.BF16, loss.weight().dtype());
    assertEquals(1.5, loss.weight().getDouble(1));
  }

  private static Object parameters(ClassLoss loss) {
    return new EvaluationTotals(loss, 3, EvaluationOptions.DEFAULT).parameters();
  }

  private static SentLoss sent(ClassLoss loss) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(SentLoss.of(loss));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (SentLoss) in.readObject();
    }
  }
}
