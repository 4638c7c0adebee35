// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.host.AxisRows;
import io.github.loss4j.host.Draws;
import io.github.loss4j.host.Reference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Softmax. */
class SoftmaxTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  @Test
  void twoElementsWorkedByHand() {
    Tensor output = session.apply(new Softmax(0), Tensor.of(new double[] {0, Math.log(3)}));
    assertArrayEquals(new double[] {0.25, 0.75}, output.toDoubleArray(), 1e-15);
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

  /** The error is relative: a small probability has as many digits as a large one. */
  private static void compare(Tensor input, int axis, double tolerance) {
    double[][] x = AxisRows.of(input, axis);
    double[][] actual = AxisRows.of(session.apply(new Softmax(axis), input), axis);
    for (int row = 0; row < x.length; row++) {
      double[] expected = Reference.softmax(x[row]);
      for (int c = 0; c < x[row].length; c++) {
        String message = "axis %d of %s, row %d, element %d".formatted(axis, input, row, c);
        assertEquals(expected[c], actual[row][c], tolerance * expected[c], message);
      }
    }
  }

  /** Down to the least number: an error is at most one of its units, or relative. */
  @Test
  void smallProbabilitiesUnderflowGradually() {
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      boolean single = dtype == DType.F32;
      // Half an ulp of the distance between the logits.
      double relative = single ? 1e-5 : 2e-13;
      double unit = single ? Float.MIN_VALUE : Double.MIN_VALUE;
      for (int i = 0; i < 2000; i++) {
        double far = (single ? 80 : 700) + 0.025 * i;
        Tensor input = Tensor.allocate(dtype, 4);
        double[] offsets = {0, -far, -far - 0.5, 3 - far};
        for (int c = 0; c < offsets.length; c++) {
          input.setDouble(c, 2 + offsets[c]);
        }
        Tensor output = session.apply(new Softmax(0), input);
        double[] expected = Reference.softmax(input.toDoubleArray());
        for (int c = 0; c < offsets.length; c++) {
          double tolerance = 1.01 * unit + relative * expected[c];
          assertEquals(expected[c], output.getDouble(c), tolerance);
        }
      }
    }
  }

  @Test
  void gradientsAreThoseOfTheDefinition() {
    AxisRows.assertGradients(session, Softmax::new, Reference::softmax);
  }

  @Test
  void equalElementsShareEqually() {
    Tensor thirds = session.apply(new Softmax(0), Tensor.of(new float[] {7e5f, 7e5f, 7e5f, -1}));
    assertArrayEquals(new float[] {1 / 3f, 1 / 3f, 1 / 3f, 0}, thirds.toFloatArray());
  }

  @Test
  void infinitiesFollowTheLimit() {
    Tensor input = Tensor.of(new double[] {-INFINITY, 0, -INFINITY, -INFINITY, INFINITY, 0}, 3, 2);
    double nan = Double.NaN;
    assertArrayEquals(
        new double[] {0, 1, nan, nan, nan, nan},
        session.apply(new Softmax(1), input).toDoubleArray());
  }

  @Test
  void aScalarIsARowOfOne() {
    assertEquals(1, session.apply(new Softmax(-1), Tensor.scalar(5, DType.F64)).getDouble(0));
  }
}
