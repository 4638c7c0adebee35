// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.github.loss4j.DType;
import io.github.loss4j.LossSession;
import io.github.loss4j.Normalization;
import io.github.loss4j.Tensor;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Rows along any axis, found by counting through the indices of all axes. */
public final class AxisRows {
  private AxisRows() {}

  /** The rows along an axis, negative from the last, in the order of their first elements. */
  public static double[][] of(Tensor tensor, int axis) {
    int along = axis < 0 ? axis + tensor.rank() : axis;
    int classes = (int) tensor.extent(along);
    if (tensor.size() == 0) {
      return new double[0][classes];
    }
    double[][] rows = new double[(int) (tensor.size() / classes)][classes];
    int[] filled = new int[classes];
    long[] index = new long[tensor.rank()];
    for (long i = 0; i < tensor.size(); i++) {
      int c = (int) index[along];
      rows[filled[c]][c] = tensor.getDouble(i);
      filled[c]++;
      next(index, tensor);
    }
    return rows;
  }

  private static void next(long[] index, Tensor tensor) {
    for (int axis = index.length - 1; axis >= 0; axis--) {
      index[axis]++;
      if (index[axis] < tensor.extent(axis)) {
        return;
      }
      index[axis] = 0;
    }
  }

  /** Compares a session's gradients along each axis of random tensors with central differences. */
  public static void assertGradients(
      LossSession session, IntFunction<Normalization> alongAxis, UnaryOperator<double[]> function) {
    for (int seed = 0; seed < 100; seed++) {
      Draws draws = new Draws(seed);
      long[] shape = draws.shape();
      Tensor input = draws.normal(2, DType.F64, shape);
      Tensor upstream = seed % 4 == 0 ? null : draws.normal(1, DType.F64, shape);
      for (int axis = 0; axis < shape.length; axis++) {
        Tensor gradient = Tensor.allocate(DType.F64, shape);
        session.gradient(alongAxis.apply(axis), input, upstream, gradient);
        assertGradient(function, input, upstream, gradient, axis, "seed " + seed);
      }
    }
  }

  private static void assertGradient(
      UnaryOperator<double[]> function,
      Tensor input,
      @Nullable Tensor upstream,
      Tensor gradient,
      int axis,
      String message) {
    double[][] x = of(input, axis);
    double[][] actual = of(gradient, axis);
    double[][] g = upstream == null ? new double[x.length][] : of(upstream, axis);
    for (int row = 0; row < x.length; row++) {
      double[] weights = g[row];
      double[] expected = Reference.gradient(at -> dot(function.apply(at), weights), x[row]);
      assertArrayEquals(expected, actual[row], 1e-8, message + ", axis " + axis + ", row " + row);
    }
  }

  private static double dot(double[] y, double @Nullable [] weights) {
    if (weights == null) {
      return Arrays.stream(y).sum();
    }
    double sum = 0;
    for (int c = 0; c < y.length; c++) {
      sum += y[c] * weights[c];
    }
    return sum;
  }
}
