// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowOrder;
import java.util.Arrays;

/** &sum; a_c b_c along a row, in the order of {@link RowOrder}. */
final class OrderedDot {
  private final Arithmetic arithmetic;
  private final double[] lanes = new double[RowOrder.LANES];
  private double sum;

  OrderedDot(Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  void reset() {
    sum = 0;
  }

  /** Adds the products of the row's next segment. */
  void addSegment(double[] a, double[] b, int count) {
    Arrays.fill(lanes, 0);
    for (int j = 0; j < count; j++) {
      int lane = j % RowOrder.LANES;
      lanes[lane] = arithmetic.fma(a[j], b[j], lanes[lane]);
    }
    sum = arithmetic.round(sum + arithmetic.sum(lanes));
  }

  /** The same of words, as far as they are heads. */
  void addSegment(SegmentWords a, SegmentWords b) {
    sum = arithmetic.round(sum + a.dot(b));
  }

  /** The same of p of elements x and log p, of which a row's entropy is made. */
  void addSegment(SegmentWords p, SegmentWords x, RowSoftmax softmax, double base, double excess) {
    sum = arithmetic.round(sum + p.dotLogarithms(x, softmax, base, excess));
  }

  /** The same of the elements that are tied with the reference, or of the others. */
  void addSegment(
      SegmentWords a, SegmentWords b, SegmentWords x, RowSoftmax softmax, boolean tied) {
    sum = arithmetic.round(sum + a.dot(b, x, softmax, tied));
  }

  double sum() {
    return sum;
  }
}
