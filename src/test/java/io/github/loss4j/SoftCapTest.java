// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Logits that stay below a cap. */
class SoftCapTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  /** The input is chosen so that the capped logits are 0 and ln 3: p = (1/4, 3/4). */
  @Test
  void twoClassesWorkedByHand() {
    double y = Math.log(3) / 2;
    double input = 2 * 0.5 * Math.log((1 + y) / (1 - y));
    Tensor logits = Tensor.of(new double[] {0, input}, 1, 2);
    Tensor gradient = Tensor.allocate(DType.F64, 1, 2);
    CrossEntropyLoss loss = new CrossEntropyLoss().withSoftCap(2);
    LossResult result = session.evaluate(loss, logits, label(0), Request.gradient(gradient));
    assertEquals(Math.log(4), result.value(), 1e-15);
    assertArrayEquals(new double[] {-0.75, 0.75 * (1 - y * y)}, gradient.toDoubleArray(), 1e-15);
  }

  /** Infinite logits become the cap, so that such rows have a loss. */
  @Test
  void infinitiesBecomeTheCap() {
    Tensor logits = Tensor.of(new double[] {INFINITY, -INFINITY, 1e300, -1e300}, 1, 4);
    Tensor gradient = Tensor.allocate(DType.F64, 1, 4);
    CrossEntropyLoss loss = new CrossEntropyLoss().withSoftCap(3);
    LossResult result = session.evaluate(loss, logits, label(1), Request.gradient(gradient));
    assertEquals(Math.log(2 * Math.exp(6) + 2), result.value(), 1e-14);
    for (double derivative : gradient.toDoubleArray()) {
      assertEquals(0, derivative, 0);
    }
    Tensor nan = Tensor.of(new double[] {0, Double.NaN}, 1, 2);
    assertEquals(Double.NaN, session.evaluate(loss, nan, label(0)).value());
  }

  /** A huge cap bends nothing: float32 knows no difference. */
  @Test
  void aHugeCapIsNone() {
    Tensor logits = Tensor.of(new float[] {1, -2, 3}, 1, 3);
    CrossEntropyLoss loss = new CrossEntropyLoss();
    assertEquals(
        session.evaluate(loss, logits, label(0)).value(),
        session.evaluate(loss.withSoftCap(1e6), logits, label(0)).value(),
        1e-6);
    assertEquals(loss, loss.withSoftCap(INFINITY));
  }

  @Test
  void isPositive() {
    CrossEntropyLoss loss = new CrossEntropyLoss();
    for (double wrong : new double[] {0, -30, Double.NaN}) {
      Exception e = assertThrows(InvalidInputException.class, () -> loss.withSoftCap(wrong));
      assertEquals(
          "softCap must be positive, or infinite for no cap, but is " + wrong, e.getMessage());
    }
  }

  @Test
  void mustFitTheArithmeticType() {
    CrossEntropyLoss loss = new CrossEntropyLoss().withSoftCap(1e39);
    Tensor logits = Tensor.allocate(DType.F32, 1, 3);
    Exception e =
        assertThrows(InvalidInputException.class, () -> session.evaluate(loss, logits, label(0)));
    assertEquals(
        "softCap 1.0E39 and its reciprocal must be normal numbers in F32, the arithmetic type",
        e.getMessage());
  }

  private static Tensor label(long label) {
    return Tensor.of(new long[] {label});
  }
}
