// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.host.AxisRows;
import io.github.loss4j.host.Draws;
import io.github.loss4j.host.Reference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Logarithm of the softmax. */
class LogSoftmaxTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  @Test
  void twoElementsWorkedByHand() {
    Tensor output = session.apply(new LogSoftmax(0), Tensor.of(new double[] {0, Math.log(3)}));
    assertArrayEquals(
        new double[] {-Math.log(4), -Math.log(4.0 / 3)}, output.toDoubleArray(), 1e-15);
  }

  @Test
  void everyAxisIsThatOfTheDefinition() {
    for (int seed = 0; seed < 200; seed++) {
      Draws draws = new Draws(seed);
      long[] shape = draws.shape();
      for (int axis = -shape.length; axis < shape.length; axis++) {
        compare(draws.normal(4, DType.F64, shape), axis, 1e-14);
        compare(draws.normal(4, DType.F32, shape), axis, 2e-6);
      }
    }
  }

  private static void compare(Tensor input, int axis, double tolerance) {
    double[][] x = AxisRows.of(input, axis);
    double[][] actual = AxisRows.of(session.apply(new LogSoftmax(axis), input), axis);
    for (int row = 0; row < x.length; row++) {
      for (int c = 0; c < x[row].length; c++) {
        double expected = -Reference.nll(x[row], c);
        String message = "axis %d of %s, row %d, element %d".formatted(axis, input, row, c);
        assertEquals(expected, actual[row][c], tolerance * Math.max(1, -expected), message);
      }
    }
  }

  @Test
  void gradientsAreThoseOfTheDefinition() {
    AxisRows.assertGradients(session, LogSoftmax::new, Reference::logSoftmax);
  }

  @Test
  void infinitiesFollowTheLimit() {
    Tensor input = Tensor.of(new double[] {-INFINITY, 0, -INFINITY, -INFINITY}, 2, 2);
    assertArrayEquals(
        new double[] {-INFINITY, 0, Double.NaN, Double.NaN},
        session.apply(new LogSoftmax(1), input).toDoubleArray());
    Tensor large = Tensor.of(new float[] {Float.POSITIVE_INFINITY, 1});
    assertArrayEquals(
        new float[] {Float.NaN, Float.NaN}, session.apply(new LogSoftmax(0), large).toFloatArray());
  }

  @Test
  void aScalarIsARowOfOne() {
    Tensor scalar = Tensor.scalar(5, DType.F32);
    for (int axis : new int[] {0, -1}) {
      Tensor output = session.apply(new LogSoftmax(axis), scalar);
      assertEquals("F32[]", output.toString());
      assertEquals(0, output.getDouble(0));
    }
  }

  @Test
  void nothingIsNormalisedToNothing() {
    for (long[] shape : new long[][] {{0}, {3, 0}, {0, 3}, {2, 0, 3}}) {
      for (int axis = 0; axis < shape.length; axis++) {
        Tensor output = session.apply(new LogSoftmax(axis), Tensor.allocate(DType.F32, shape));
        assertArrayEquals(shape, output.shape());
      }
    }
  }

  @Test
  void outputIsOfTheTypeThatIsGiven() {
    Tensor input = new Draws(1).normal(3, DType.BF16, 4, 50);
    Tensor wide = session.apply(new LogSoftmax(1), input);
    Tensor narrow = Tensor.allocate(DType.BF16, 4, 50);
    session.apply(new LogSoftmax(1), input, narrow);
    assertEquals(DType.F32, wide.dtype());
    Tensor rounded = Tensor.allocate(DType.BF16, 1);
    for (int i = 0; i < 200; i++) {
      rounded.setDouble(0, wide.getDouble(i));
      assertEquals(rounded.getDouble(0), narrow.getDouble(i));
    }
  }
}
