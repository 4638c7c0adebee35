// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowOrder;
import java.util.Arrays;

/** In plain Java. */
final class PlainRowSum extends RowSum {
  private final RowView view;
  private final Arithmetic arithmetic;
  private final double[] x;
  private final double[] lanes = new double[RowOrder.LANES];
  private double reference;
  private double largest;

  PlainRowSum(RowView view, Arithmetic arithmetic) {
    super(arithmetic);
    this.view = view;
    this.arithmetic = arithmetic;
    x = view.segment();
  }

  @Override
  void compute(long row, double newReference, double shift) {
    reference = newReference;
    ties = 0;
    largest = Double.NEGATIVE_INFINITY;
    sum.reset();
    for (int from = 0; from < view.classes(); from += RowOrder.SEGMENT) {
      addSegment(view.read(row, from, x), shift);
    }
  }

  private void addSegment(int count, double shift) {
    double top = largestOf(count);
    largest = Math.max(largest, top);
    int exponent = arithmetic.exponentOf(arithmetic.round(top - shift));
    Arrays.fill(lanes, 0);
    arithmetic.addExponentials(x, count, reference, shift, exponent, lanes);
    sum.add(arithmetic.sum(lanes), exponent);
  }

  private double largestOf(int count) {
    double top = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < count; j++) {
      if (x[j] == reference) {
        ties++;
      } else if (x[j] > top) {
        top = x[j];
      }
    }
    return top;
  }

  @Override
  double neededShift() {
    return shiftFor(largest);
  }

  @Override
  boolean isEmpty() {
    return largest == Double.NEGATIVE_INFINITY;
  }

  @Override
  boolean isUnbounded() {
    return largest == Double.POSITIVE_INFINITY;
  }

  @Override
  boolean exceedsReference() {
    return largest > reference;
  }

  @Override
  double largest() {
    return largest;
  }

  @Override
  int leastExponent() {
    return NONE;
  }

  @Override
  double largestOf(long row) {
    reference = Double.NaN;
    double top = Double.NEGATIVE_INFINITY;
    for (int from = 0; from < view.classes(); from += RowOrder.SEGMENT) {
      double topOfSegment = largestOf(view.read(row, from, x));
      top = topOfSegment > top ? topOfSegment : top;
    }
    return top;
  }
}
