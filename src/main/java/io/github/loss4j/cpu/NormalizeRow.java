// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels.Normalize;
import io.github.loss4j.host.RowOrder;

/** Softmax of one row, or its logarithm. */
final class NormalizeRow implements RowTask {
  private final Normalize task;
  private final RowView input;
  private final RowView output;
  private final RowSoftmax softmax;
  private final double[] x = new double[RowOrder.SEGMENT];
  private final double[] y = new double[RowOrder.SEGMENT];

  NormalizeRow(Normalize task, Arithmetic arithmetic) {
    this.task = task;
    input = new RowView(task.input(), task.rows());
    output = new RowView(task.output(), task.rows());
    softmax = new RowSoftmax(input, arithmetic);
  }

  @Override
  public void compute(long row) {
    softmax.fromLargest(row);
    for (int c = 0; c < input.classes(); c += RowOrder.SEGMENT) {
      int count = input.read(row, c, x);
      if (task.logarithm()) {
        for (int j = 0; j < count; j++) {
          y[j] = softmax.logProbability(x[j]);
        }
      } else {
        softmax.probabilities(x, count, y);
      }
      output.write(row, c, y);
    }
  }
}
