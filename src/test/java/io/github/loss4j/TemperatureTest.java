// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Draws;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Logits divided by a temperature. */
class TemperatureTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  /** p = (1/4, 3/4) at temperature 2. */
  @Test
  void twoClassesWorkedByHand() {
    Tensor logits = Tensor.of(new double[] {0, 2 * Math.log(3)}, 1, 2);
    Tensor gradient = Tensor.allocate(DType.F64, 1, 2);
    CrossEntropyLoss loss = new CrossEntropyLoss().withTemperature(2);
    LossResult result = session.evaluate(loss, logits, label(0), Request.gradient(gradient));
    assertEquals(Math.log(4), result.value(), 1e-15);
    assertArrayEquals(new double[] {-0.375, 0.375}, gradient.toDoubleArray(), 1e-15);
  }

  /** The division is correctly rounded, so logits that were divided before give the same bits. */
  @Test
  void dividesAsDivisionDoes() {
    for (double temperature : new double[] {0.7, 3, 1e-3, 1e6}) {
      Tensor logits = new Draws(1).normal(3, DType.F32, 40, 500);
      Tensor divided = Tensor.allocate(DType.F32, 40, 500);
      for (long i = 0; i < logits.size(); i++) {
        divided.setDouble(i, (float) logits.getDouble(i) / (float) temperature);
      }
      Tensor labels = new Draws(2).labels(500, -100, DType.I64, 40);
      CrossEntropyLoss plain = new CrossEntropyLoss().withReduction(Reduction.NONE);
      CrossEntropyLoss tempered = plain.withTemperature(temperature);
      Bits.assertSame(
          session.evaluate(plain, divided, labels).loss(),
          session.evaluate(tempered, logits, labels).loss(),
          "temperature " + temperature);
    }
  }

  @Test
  void infinitiesStay() {
    Tensor logits = Tensor.of(new double[] {-INFINITY, 0, 0, INFINITY, 0, 0}, 2, 3);
    Tensor gradient = Tensor.allocate(DType.F64, 2, 3);
    CrossEntropyLoss loss =
        new CrossEntropyLoss().withReduction(Reduction.NONE).withTemperature(0.7);
    LossResult result =
        session.evaluate(loss, logits, Tensor.of(new long[] {1, 1}), Request.gradient(gradient));
    assertEquals(Math.log(2), result.loss().getDouble(0), 1e-15);
    assertEquals(Double.NaN, result.loss().getDouble(1));
    assertArrayEquals(
        new double[] {0, -0.5 / 0.7, 0.5 / 0.7}, gradient.slice(0, 1).toDoubleArray(), 1e-15);
  }

  @Test
  void ofOneChangesNothing() {
    CrossEntropyLoss loss = new CrossEntropyLoss();
    assertEquals(loss, loss.withTemperature(1));
  }

  @Test
  void isPositiveAndFinite() {
    CrossEntropyLoss loss = new CrossEntropyLoss();
    for (double wrong : new double[] {0, -1, INFINITY, Double.NaN}) {
      Exception e = assertThrows(InvalidInputException.class, () -> loss.withTemperature(wrong));
      assertEquals("temperature must be positive and finite, but is " + wrong, e.getMessage());
    }
  }

  @Test
  void mustFitTheArithmeticType() {
    Tensor logits = Tensor.allocate(DType.F32, 1, 3);
    for (double wrong : new double[] {1e-50, 1e-39, 1e39, 1e38}) {
      CrossEntropyLoss loss = new CrossEntropyLoss().withTemperature(wrong);
      Exception e =
          assertThrows(InvalidInputException.class, () -> session.evaluate(loss, logits, label(0)));
      assertEquals(
          "temperature %s and its reciprocal must be normal numbers in F32, the arithmetic type"
              .formatted(wrong),
          e.getMessage());
    }
  }

  private static Tensor label(long label) {
    return Tensor.of(new long[] {label});
  }
}
