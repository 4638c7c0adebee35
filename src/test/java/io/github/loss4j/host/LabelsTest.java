// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Reduction;
import io.github.loss4j.Tensor;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels are read in parts; whatever lies in one, each counts once. */
class LabelsTest {
  private static final int CLASSES = 3;

  @ParameterizedTest(name = "{0} {1}, {2} ignored")
  @CsvSource({
    "1, I64, -100", "1023, I64, -100", "1024, I64, 7", "1025, I64, 1", "5000, I64, -100",
    "5000, I64, 1", "5000, I32, -100", "5000, I16, 0", "400000, I64, -100", "400000, I64, 2"
  })
  void everyLabelCountsOnce(int rows, DType dtype, int ignoreIndex) {
    // Element c of row r is -(3r + c), so that the losses add up to a whole number.
    Tensor input = Tensor.allocate(DType.F32, rows, CLASSES);
    Tensor target = Tensor.allocate(dtype, rows);
    Random random = new Random(rows);
    double sum = 0;
    long ignored = 0;
    for (int row = 0; row < rows; row++) {
      for (int c = 0; c < CLASSES; c++) {
        input.setDouble((long) row * CLASSES + c, -(row * CLASSES + c));
      }
      // Some parts have no label that is ignored.
      boolean ignores = row % 5000 < 2000 && random.nextInt(100) == 0;
      int label = ignores ? ignoreIndex : random.nextInt(CLASSES);
      target.setLong(row, label);
      if (label == ignoreIndex) {
        ignored++;
      } else {
        sum += row * CLASSES + label;
      }
    }
    try (LossSession session = LossBackend.named("cpu").open()) {
      NLLLoss loss = new NLLLoss(null, ignoreIndex, Reduction.SUM);
      for (int time = 0; time < 2; time++) {
        LossResult result = session.evaluate(loss, input, target);
        assertEquals(sum, result.value());
        assertEquals(ignored, result.totals().ignored());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, -1", "1023, 3", "1024, 4294967296", "2999, -9223372036854775808"})
  void theFirstThatIsNoClassIsNamed(int row, long label) {
    int rows = 3000;
    Tensor input = Tensor.allocate(DType.F32, rows, CLASSES);
    long[] labels = new long[rows];
    labels[row] = label;
    labels[rows - 1] = label;
    Tensor target = Tensor.of(labels, rows);
    try (LossSession session = LossBackend.named("cpu").open()) {
      String message =
          assertThrows(
                  InvalidInputException.class, () -> session.evaluate(new NLLLoss(), input, target))
              .getMessage();
      assertTrue(message.startsWith("row %d has label %d, ".formatted(row, label)), message);
      labels[row] = 0;
      labels[rows - 1] = 0;
      assertEquals(0, session.evaluate(new NLLLoss(), input, Tensor.of(labels, rows)).value());
    }
  }
}
