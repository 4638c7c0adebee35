// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels.NormalizeGradient;
import io.github.loss4j.host.RowOrder;
import java.util.Arrays;
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
  private final double[] x = new double[RowOrder.SEGMENT];
  private final double[] y = new double[RowOrder.SEGMENT];
  private final double[] tails = new double[RowOrder.SEGMENT];
  private final double[] g = new double[RowOrder.SEGMENT];
  private final double[] part = new double[RowOrder.SEGMENT];
  private final double[] ones = new double[RowOrder.SEGMENT];

  NormalizeGradientRow(NormalizeGradient task, Arithmetic arithmetic) {
    this.task = task;
    this.arithmetic = arithmetic;
    input = new RowView(task.input(), task.rows());
    upstream = task.upstream() == null ? null : new RowView(task.upstream(), task.rows());
    gradient = new RowView(task.gradient(), task.rows());
    softmax = new RowSoftmax(input, arithmetic);
    dot = new OrderedDot(arithmetic);
    tiedDot = new OrderedDot(arithmetic);
    Arrays.fill(ones, 1);
  }

  @Override
  public void compute(long row) {
    softmax.fromLargest(row);
    dot.reset();
    tiedDot.reset();
    for (int c = 0; c < input.classes(); c += RowOrder.SEGMENT) {
      int count = readSegment(row, c);
      if (task.logarithm()) {
        dot.addSegment(g, ones, count);
      } else {
        softmax.probabilities(x, count, y);
        dot.addSegment(upstreamOf(false, count), y, count);
        tiedDot.addSegment(upstreamOf(true, count), ones, count);
      }
    }
    DoubleWord minusDot = DoubleWord.of(-dot.sum());
    DoubleWord tied = softmax.referenceProbability().by(tiedDot.sum(), arithmetic);
    for (int c = 0; c < input.classes(); c += RowOrder.SEGMENT) {
      int count = readSegment(row, c);
      softmax.probabilities(x, count, y, tails);
      for (int j = 0; j < count; j++) {
        y[j] =
            task.logarithm()
                ? minusDot.timesLess(y[j], tails[j], DoubleWord.of(-g[j]), arithmetic)
                : left(x[j], g[j], tied)
                    .plus(minusDot, arithmetic)
                    .times(y[j], tails[j], arithmetic);
      }
      gradient.write(row, c, y);
    }
  }

  /** g of the elements that are tied with the reference, or of the others; 0 elsewhere. */
  private double[] upstreamOf(boolean tied, int count) {
    for (int j = 0; j < count; j++) {
      part[j] = softmax.isTied(x[j]) == tied ? g[j] : 0;
    }
    return part;
  }

  /** What the tied elements leave of an element's g. */
  private DoubleWord left(double element, double own, DoubleWord tied) {
    return softmax.isTied(element) && softmax.ties() == 1
        ? softmax.referenceComplement().by(own, arithmetic)
        : DoubleWord.of(own).plus(tied.negated(), arithmetic);
  }

  private int readSegment(long row, int from) {
    int count = input.read(row, from, x);
    if (upstream == null) {
      Arrays.fill(g, 0, count, 1);
    } else {
      upstream.read(row, from, g);
    }
    return count;
  }
}
