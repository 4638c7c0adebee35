// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowOrder;
import java.util.Arrays;

/** In plain Java. */
final class PlainSegmentSum extends SegmentSum {
  private final RowView view;
  private final Arithmetic arithmetic;
  private final double[] x = new double[RowOrder.SEGMENT];
  private final double[] lanes = new double[RowOrder.LANES];

  PlainSegmentSum(RowView view, Arithmetic arithmetic) {
    this.view = view;
    this.arithmetic = arithmetic;
  }

  @Override
  void compute(long row, int from, double reference, double shift, boolean tied) {
    int count = view.read(row, from, x);
    ties = 0;
    largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < count; j++) {
      if (x[j] == reference) {
        ties++;
      } else if (x[j] > largest) {
        largest = x[j];
      }
    }
    exponent = arithmetic.exponentOf(arithmetic.round(largest - shift));
    Arrays.fill(lanes, 0);
    arithmetic.addExponentials(x, count, reference, shift, exponent, lanes);
    significand = arithmetic.sum(lanes);
  }
}
