// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowOrder;

/**
 * A search of a row for the first of its largest elements and for how many elements come before its
 * label's; NaN counts as largest. {@code kernels/scan.clh} is the same in OpenCL C.
 */
final class RowScan {
  private final RowView view;
  private final boolean findsArgmax;
  private final boolean findsRank;
  private double target;
  private int label;
  private double largest;
  private int argmax;
  private int rank;

  /** Of a view's rows, for what is wanted. */
  RowScan(RowView view, boolean findsArgmax, boolean findsRank) {
    this.view = view;
    this.findsArgmax = findsArgmax;
    this.findsRank = findsRank;
  }

  /** Begins a row; the rank means nothing where the label is negative. */
  void begin(long row, int newLabel) {
    label = newLabel;
    target = label < 0 ? Double.POSITIVE_INFINITY : view.get(row, label);
    largest = Double.NEGATIVE_INFINITY;
    argmax = Integer.MAX_VALUE;
    rank = 0;
  }

  /** Adds the next segment of a row that has no NaN, and some element above -infinity. */
  void add(SegmentWords x, int from) {
    if (findsArgmax) {
      double top = x.largest();
      if (top > largest) {
        largest = top;
        argmax = from + x.indexOf(top);
      }
    }
    if (findsRank) {
      int before = Math.clamp((long) label - from, 0, x.count());
      rank += x.countFrom(target, 0, before) + x.countAbove(target, before, x.count());
    }
  }

  /** Searches a row of whatever elements. */
  void anything(long row, int newLabel) {
    begin(row, newLabel);
    double[] x = view.segment();
    for (int from = 0; from < view.classes(); from += RowOrder.SEGMENT) {
      int count = view.read(row, from, x);
      for (int j = 0; j < count; j++) {
        int c = from + j;
        if (comesBefore(x[j], c, largest, argmax)) {
          largest = x[j];
          argmax = c;
        }
        rank += comesBefore(x[j], c, target, label) ? 1 : 0;
      }
    }
  }

  int argmax() {
    return argmax;
  }

  int rank() {
    return rank;
  }

  /**
   * Whether x at class c comes before y at class d: the larger does, where NaN counts as largest,
   * and of equals the one of the smaller class.
   */
  static boolean comesBefore(double x, int c, double y, int d) {
    boolean before = c < d;
    return Double.isNaN(y)
        ? before && Double.isNaN(x)
        : Double.isNaN(x) || x > y || (before && x == y);
  }
}
