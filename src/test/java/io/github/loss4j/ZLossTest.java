// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The square of log-sum-exp as a part of the loss. */
class ZLossTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  /** p = (1/4, 3/4), log-sum-exp = ln 4. */
  @Test
  void twoClassesWorkedByHand() {
    Tensor logits = Tensor.of(new double[] {0, Math.log(3)}, 1, 2);
    Tensor gradient = Tensor.allocate(DType.F64, 1, 2);
    CrossEntropyLoss loss = new CrossEntropyLoss().withZLoss(0.5);
    LossResult result =
        session.evaluate(loss, logits, Tensor.of(new long[] {0}), Request.gradient(gradient));
    double lse = Math.log(4);
    assertEquals(lse + 0.5 * lse * lse, result.value(), 1e-15);
    assertArrayEquals(
        new double[] {-0.75 + lse / 4, 0.75 + 3 * lse / 4}, gradient.toDoubleArray(), 1e-15);
  }

  @Test
  void ignoredRowsHaveNone() {
    Tensor logits = Tensor.of(new double[] {0, 1, 5, 6}, 2, 2);
    Tensor labels = Tensor.of(new long[] {0, -100});
    CrossEntropyLoss loss = new CrossEntropyLoss().withZLoss(1).withReduction(Reduction.NONE);
    Tensor gradient = Tensor.allocate(DType.F64, 2, 2);
    LossResult result = session.evaluate(loss, logits, labels, Request.gradient(gradient));
    assertEquals(0, result.loss().getDouble(1));
    assertArrayEquals(new double[2], gradient.slice(1, 1).toDoubleArray());
  }

  @Test
  void weightsDoNotTouchIt() {
    Tensor logits = Tensor.of(new double[] {0, Math.log(3)}, 1, 2);
    Tensor labels = Tensor.of(new long[] {0});
    CrossEntropyLoss loss =
        new CrossEntropyLoss()
            .withWeight(Tensor.of(new double[] {0, 7}))
            .withReduction(Reduction.SUM)
            .withZLoss(0.5);
    assertEquals(
        0.5 * Math.log(4) * Math.log(4), session.evaluate(loss, logits, labels).value(), 1e-15);
  }

  /** The label is so unlikely that log-sum-exp is not the difference of its loss and its logit. */
  @Test
  void keepsItsDigitsFarFromTheLabel() {
    double[] lowest = {-1e4, -1e8, -3e38};
    for (double low : lowest) {
      Tensor logits = Tensor.of(new float[] {(float) low, 0.25f, 0.5f}, 1, 3);
      Tensor gradient = Tensor.allocate(DType.F32, 1, 3);
      CrossEntropyLoss plain = new CrossEntropyLoss();
      Tensor labels = Tensor.of(new long[] {0});
      session.evaluate(plain.withZLoss(1), logits, labels, Request.gradient(gradient));
      double lse = Math.log(Math.exp(0.25) + Math.exp(0.5));
      double p = Math.exp(0.25 - lse);
      assertEquals(p * (1 + 2 * lse), gradient.getDouble(1), 1e-6);
    }
  }

  @Test
  void rowsWithoutADistributionAreNan() {
    double[][] rows = {{-INFINITY, -INFINITY}, {INFINITY, 0}, {0, Double.NaN}};
    for (double[] row : rows) {
      CrossEntropyLoss loss = new CrossEntropyLoss().withZLoss(1);
      Tensor logits = Tensor.of(row, 1, 2);
      assertEquals(Double.NaN, session.evaluate(loss, logits, Tensor.of(new long[] {0})).value());
    }
  }

  @Test
  void isFiniteAndNotNegative() {
    CrossEntropyLoss loss = new CrossEntropyLoss();
    assertEquals(loss, loss.withZLoss(0));
    for (double wrong : new double[] {-1e-9, INFINITY, Double.NaN}) {
      Exception e = assertThrows(InvalidInputException.class, () -> loss.withZLoss(wrong));
      assertEquals("zLoss must be finite and not negative, but is " + wrong, e.getMessage());
    }
  }
}
