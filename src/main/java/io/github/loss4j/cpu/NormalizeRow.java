// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels.Normalize;
import io.github.loss4j.host.RowOrder;

/** Softmax of one row, which is the gradient of log-sum-exp, or its logarithm. */
final class NormalizeRow implements RowTask {
  private final Normalize task;
  private final RowView input;
  private final RowView output;
  private final RowSoftmax softmax;
  private final SegmentGradient probabilities;
  private final SegmentWords x;
  private final SegmentWords y;

  NormalizeRow(Normalize task, Arithmetic arithmetic) {
    this.task = task;
    input = new RowView(task.input(), task.rows());
    output = new RowView(task.output(), task.rows());
    softmax = new RowSoftmax(input, arithmetic);
    probabilities = arithmetic.segmentGradient(input, output);
    x = arithmetic.segmentWords(input.classes());
    y = arithmetic.segmentWords(input.classes());
  }

  @Override
  public void compute(long row) {
    softmax.fromLargest(row);
    if (task.logarithm()) {
      writeLogarithms(row);
    } else {
      writeProbabilities(row, softmax.probabilities());
    }
  }

  private void writeLogarithms(long row) {
    for (int c = 0; c < input.classes(); c += RowOrder.SEGMENT) {
      x.read(input, row, c);
      y.logProbabilities(x, softmax);
      y.write(output, row, c);
    }
  }

  private void writeProbabilities(long row, RowPush ofRow) {
    for (int c = 0; c < input.classes(); c += RowOrder.SEGMENT) {
      probabilities.write(row, c, ofRow);
    }
  }
}
