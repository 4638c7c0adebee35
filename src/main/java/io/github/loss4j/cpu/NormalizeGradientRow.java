// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels.NormalizeGradient;
import io.github.loss4j.host.RowOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of softmax or its logarithm along one row: y_c (g_c - &sum; g_j y_j), or g_c - y_c
 * &sum; g_j, with y the softmax.
 */
final class NormalizeGradientRow implements RowTask {
  private final NormalizeGradient task;
  private final Arithmetic arithmetic;
  private final RowView input;
  private final @Nullable RowView upstream;
  private final RowView gradient;
  private final RowSoftmax softmax;
  private final OrderedDot dot;
  private final double[] x = new double[RowOrder.SEGMENT];
  private final double[] y = new double[RowOrder.SEGMENT];
  private final double[] g = new double[RowOrder.SEGMENT];
  private final double[] ones = new double[RowOrder.SEGMENT];

  NormalizeGradientRow(NormalizeGradient task, Arithmetic arithmetic) {
    this.task = task;
    this.arithmetic = arithmetic;
    input = new RowView(task.input(), task.rows());
    upstream = task.upstream() == null ? null : new RowView(task.upstream(), task.rows());
    gradient = new RowView(task.gradient(), task.rows());
    softmax = new RowSoftmax(arithmetic);
    dot = new OrderedDot(arithmetic);
    Arrays.fill(ones, 1);
  }

  @Override
  public void compute(long row) {
    softmax.fromLargest(input, row);
    dot.reset();
    for (int c = 0; c < input.classes(); c += RowOrder.SEGMENT) {
      int count = readSegment(row, c);
      dot.addSegment(g, task.logarithm() ? ones : y, count);
    }
    double sum = dot.sum();
    for (int c = 0; c < input.classes(); c += RowOrder.SEGMENT) {
      int count = readSegment(row, c);
      for (int j = 0; j < count; j++) {
        y[j] =
            task.logarithm()
                ? arithmetic.fma(-y[j], sum, g[j])
                : arithmetic.round(y[j] * arithmetic.round(g[j] - sum));
      }
      gradient.write(row, c, y);
    }
  }

  private int readSegment(long row, int from) {
    int count = input.read(row, from, x);
    softmax.probabilities(x, count, y);
    if (upstream == null) {
      Arrays.fill(g, 0, count, 1);
    } else {
      upstream.read(row, from, g);
    }
    return count;
  }
}
