// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels.NormalizeGradient;
import io.github.loss4j.host.RowOrder;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of softmax or its logarithm along one row: y_c (g_c - &sum; g_j y_j), or g_c - y_c
 * &sum; g_j, with y the softmax.
 *
 * <p>Of the first, the elements tied with the reference have a sum of their own: in a confident row
 * g_c - &sum; g_j y_j of the reference is what the others leave of g_c, which must not be a
 * difference of nearly equal numbers.
 */
final class NormalizeGradientRow implements RowTask {
  private final NormalizeGradient task;
  private final Arithmetic arithmetic;
  private final RowView input;
  private final @Nullable RowView upstream;
  private final RowView gradient;
  private final RowSoftmax softmax;
  private final OrderedDot dot;
  private final OrderedDot tiedDot;
  private final SegmentWords x;
  private final SegmentWords y;
  private final SegmentWords g;
  private final SegmentWords ones;

  NormalizeGradientRow(NormalizeGradient task, Arithmetic arithmetic) {
    this.task = task;
    this.arithmetic = arithmetic;
    input = new RowView(task.input(), task.rows());
    upstream = task.upstream() == null ? null : new RowView(task.upstream(), task.rows());
    gradient = new RowView(task.gradient(), task.rows());
    softmax = new RowSoftmax(input, arithmetic);
    dot = new OrderedDot(arithmetic);
    tiedDot = new OrderedDot(arithmetic);
    x = arithmetic.segmentWords(input.classes());
    y = arithmetic.segmentWords(input.classes());
    g = arithmetic.segmentWords(input.classes());
    ones = arithmetic.segmentWords(input.classes());
    ones.fill(1);
    g.fill(1);
  }

  @Override
  public void compute(long row) {
    softmax.fromLargest(row);
    dot.reset();
    tiedDot.reset();
    for (int c = 0; c < input.classes(); c += RowOrder.SEGMENT) {
      readUpstream(row, c);
      if (task.logarithm()) {
        dot.addSegment(g, ones);
      } else {
        x.read(input, row, c);
        y.roundedProbabilities(x, softmax.probabilities());
        dot.addSegment(g, y, x, softmax, false);
        tiedDot.addSegment(g, ones, x, softmax, true);
      }
    }
    DoubleWord minusDot = DoubleWord.of(-dot.sum());
    DoubleWord tied = softmax.referenceProbability().by(tiedDot.sum(), arithmetic);
    DoubleWord complement = softmax.ties() == 1 ? softmax.referenceComplement() : null;
    for (int c = 0; c < input.classes(); c += RowOrder.SEGMENT) {
      readUpstream(row, c);
      x.read(input, row, c);
      y.probabilities(x, softmax);
      if (task.logarithm()) {
        y.timesLess(y, minusDot, DoubleWord.of(-1), g);
      } else {
        y.pulledBack(y, g, x, tied.negated(), minusDot, complement, softmax);
      }
      y.write(gradient, row, c);
    }
  }

  private void readUpstream(long row, int from) {
    if (upstream == null) {
      g.resize(input.count(from));
    } else {
      g.read(upstream, row, from);
    }
  }
}
