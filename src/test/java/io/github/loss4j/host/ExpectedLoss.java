// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.LossResult;
import io.github.loss4j.Reduction;
import io.github.loss4j.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A loss and its gradient as the definition has them: a function of each row, reduced in float64
 * and differentiated by central differences.
 */
public final class ExpectedLoss {
  private final double[][] input;
  private final Reduction reduction;
  private final @Nullable Tensor upstream;
  private final List<ToDoubleFunction<double[]>> rows = new ArrayList<>();
  private double divisor;

  /**
   * The loss of no row yet.
   *
   * @param input of shape (C), (N, C) or (N, C, d1, ..., dk)
   */
  public ExpectedLoss(Tensor input, Reduction reduction, @Nullable Tensor upstream) {
    this.input = Reference.rows(input);
    this.reduction = reduction;
    this.upstream = upstream;
  }

  /** Adds the next row, and its weight in the mean. */
  public void add(ToDoubleFunction<double[]> loss, double weight) {
    rows.add(loss);
    divisor += weight;
  }

  /** Adds a row that does not count. */
  public void addIgnored() {
    add(x -> 0, 0);
  }

  public void assertLoss(LossResult result, double tolerance, String message) {
    assertEquals(input.length, rows.size(), message);
    double[] losses = new double[input.length];
    double sum = 0;
    for (int row = 0; row < losses.length; row++) {
      losses[row] = rows.get(row).applyAsDouble(input[row]);
      sum += losses[row];
    }
    double[] expected =
        switch (reduction) {
          case NONE -> losses;
          case SUM -> new double[] {sum};
          case MEAN, BATCHMEAN -> new double[] {sum / divisor};
        };
    assertClose(expected, result.loss().toDoubleArray(), tolerance, message + ", loss");
    assertClose(sum, result.totals().sum(), tolerance, message + ", sum");
    assertEquals(input.length, result.totals().rows(), message);
  }

  public void assertGradient(Tensor gradient, double tolerance, String message) {
    double[][] actual = Reference.rows(gradient);
    for (int row = 0; row < input.length; row++) {
      double[] expected = Reference.gradient(rows.get(row), input[row]);
      for (int c = 0; c < expected.length; c++) {
        expected[c] = expected[c] == 0 ? 0 : expected[c] * upstream(row);
      }
      assertClose(expected, actual[row], tolerance, message + ", gradient of row " + row);
    }
  }

  private double upstream(int row) {
    double given = upstream == null ? 1 : upstream.getDouble(reduction == Reduction.NONE ? row : 0);
    return reduction == Reduction.MEAN ? given / divisor : given;
  }

  private static void assertClose(
      double[] expected, double[] actual, double tolerance, String message) {
    double largest = 0;
    for (double x : expected) {
      largest = Math.max(largest, Math.abs(x));
    }
    double allowed = tolerance * Math.max(1, Double.isFinite(largest) ? largest : 1);
    assertArrayEquals(expected, actual, allowed, message);
  }

  private static void assertClose(
      double expected, double actual, double tolerance, String message) {
    assertClose(new double[] {expected}, new double[] {actual}, tolerance, message);
  }
}
