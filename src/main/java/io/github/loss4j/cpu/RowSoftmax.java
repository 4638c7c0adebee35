// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowOrder;

/**
 * The softmax of one row, seen from a reference logit r: the target's, or the largest.
 *
 * <p>With m the number of elements equal to r, S = &sum; e^x over all others and T = m e^r + S:
 * log-sum-exp - r is ln T - r, which is ln m + log(1 + S / (m e^r)); an equal element has
 * probability e^r / T, and all others together have S / T. No difference of large numbers is taken,
 * so a tiny loss keeps its digits, and so does the gradient 1 - p of a confident row.
 *
 * <p>A row with NaN or +inf, or of nothing but -inf, gives NaN everywhere, as in PyTorch.
 */
final class RowSoftmax {
  private final RowView view;
  private final SegmentSum segment;
  private final Arithmetic arithmetic;
  private final ScaledSum others;
  private final double[] x = new double[RowOrder.SEGMENT];

  private double reference;
  private double shift;
  private int ties;
  private double largestOther;

  private double nll;
  private boolean unlikely;
  private double othersShare;
  private double tiedShare;
  private double inverse;
  private ScaledWord total = new ScaledWord(new DoubleWord(1, 0), 0);
  private int exponent;

  RowSoftmax(RowView view, Arithmetic arithmetic) {
    this.view = view;
    this.segment = arithmetic.segmentSum(view);
    this.arithmetic = arithmetic;
    this.others = new ScaledSum(arithmetic);
  }

  /** Looks at a row from one of its elements. */
  void from(long row, double newReference) {
    reference = newReference;
    sumOthers(row, 0);
    double needed = shiftFor(largestOther);
    if (needed != 0) {
      sumOthers(row, needed);
    }
    finish();
  }

  /** Looks at a row from the largest of its elements. */
  void fromLargest(long row) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < view.classes(); c += RowOrder.SEGMENT) {
      int count = view.read(row, c, x);
      for (int j = 0; j < count; j++) {
        largest = x[j] > largest ? x[j] : largest;
      }
    }
    reference = largest;
    sumOthers(row, shiftFor(largest));
    finish();
  }

  /** Log-sum-exp minus the reference: the NLL of the reference. */
  double nll() {
    return nll;
  }

  /** Whether an element equals the reference. */
  boolean isTied(double element) {
    return element == reference;
  }

  /** How many elements do. */
  int ties() {
    return ties;
  }

  /** p of the reference. */
  double referenceProbability() {
    return tiedShare;
  }

  /** 1 - p of the reference. */
  double referenceComplement() {
    return complement(reference, tiedShare);
  }

  /** Log-sum-exp of the row; NaN where it has no softmax. */
  double logSumExp() {
    return arithmetic.round(base() + excess());
  }

  /** One of the heavier elements: from it log p keeps its digits, even of a row seen from afar. */
  double base() {
    return unlikely ? largestOther : reference;
  }

  /** Log-sum-exp minus the base. */
  double excess() {
    if (!unlikely) {
      return nll;
    }
    double y = arithmetic.round(largestOther - shift);
    return total.logRatio(y, arithmetic);
  }

  /** The largest p. */
  double largestProbability() {
    if (!(largestOther > reference)) {
      return tiedShare;
    }
    double[] p = new double[1];
    probabilities(new double[] {largestOther}, 1, p);
    return p[0];
  }

  /** log p of an element. */
  double logProbability(double element) {
    return arithmetic.round(arithmetic.round(element - reference) - nll);
  }

  /** 1 - p of an element whose p is given. */
  double complement(double element, double probability) {
    return element == reference
        ? arithmetic.fma(ties - 1, tiedShare, othersShare)
        : arithmetic.round(1 - probability);
  }

  /** p of the elements of a segment. */
  void probabilities(double[] elements, int count, double[] into) {
    System.arraycopy(elements, 0, into, 0, count);
    arithmetic.exponentials(into, count, shift, inverse, exponent);
    for (int j = 0; j < count; j++) {
      if (elements[j] == reference) {
        into[j] = tiedShare;
      }
    }
  }

  /** Whether a label is the first of the row's largest elements, where NaN counts as largest. */
  boolean isFirstLargest(long row, int label) {
    double element = view.get(row, label);
    if (!Double.isNaN(nll)) {
      if (element != reference || largestOther > reference) {
        return false;
      }
      if (ties == 1) {
        return true;
      }
    }
    return isFirstLargest(view, row, label, element);
  }

  /** The same without what is known of the row. */
  static boolean isFirstLargest(RowView view, long row, int label, double element) {
    for (int c = 0; c < view.classes(); c++) {
      if (RowScan.comesBefore(view.get(row, c), c, element, label)) {
        return false;
      }
    }
    return true;
  }

  private static double shiftFor(double largest) {
    boolean far = Math.abs(largest) > Arithmetic.SHIFT_BEYOND && Double.isFinite(largest);
    return far ? largest : 0;
  }

  private void sumOthers(long row, double newShift) {
    shift = newShift;
    ties = 0;
    largestOther = Double.NEGATIVE_INFINITY;
    others.reset();
    for (int c = 0; c < view.classes(); c += RowOrder.SEGMENT) {
      segment.compute(row, c, reference, shift);
      ties += segment.ties();
      largestOther = Math.max(largestOther, segment.largest());
      others.add(segment.significand(), segment.exponent());
    }
  }

  private void finish() {
    unlikely = false;
    if (!(reference < Double.POSITIVE_INFINITY)
        || Double.isNaN(others.significand())
        || largestOther == Double.POSITIVE_INFINITY) {
      undefined();
    } else if (largestOther == Double.NEGATIVE_INFINITY) {
      alone();
    } else {
      amongOthers();
    }
  }

  private void undefined() {
    nll = Double.NaN;
    othersShare = Double.NaN;
    tiedShare = Double.NaN;
    inverse = Double.NaN;
    exponent = 0;
  }

  private void alone() {
    if (reference == Double.NEGATIVE_INFINITY) {
      undefined();
      return;
    }
    Arithmetic.Binary count = Arithmetic.split(ties);
    nll = arithmetic.logRatio(count, 0);
    othersShare = 0;
    tiedShare = arithmetic.reciprocal(count);
    inverse = 0;
    exponent = 0;
  }

  private void amongOthers() {
    Arithmetic.Binary count = Arithmetic.split(ties);
    Arithmetic.Binary sum = others.normalized();
    double y = arithmetic.round(reference - shift);
    // Beyond LEAST on either side, which e^y cannot have, nothing is left of the smaller of the
    // sums.
    Arithmetic.Binary one = arithmetic.exponential(Math.min(y, -Arithmetic.LEAST));
    ScaledWord own = ScaledWord.productOf(count, one, arithmetic);
    total = own.plus(sum, arithmetic);
    othersShare = total.under(sum, arithmetic);
    tiedShare = total.under(one, arithmetic);
    inverse = total.word().under(1, arithmetic);
    exponent = total.exponent();
    // A quotient of e^z by way of z would lose half of |z| ulps.
    unlikely = own.isReachedBy(sum);
    nll = unlikely ? total.logRatio(y, arithmetic) : likelyNll(count, own.under(sum, arithmetic));
  }

  private double likelyNll(Arithmetic.Binary count, double u) {
    return arithmetic.round(arithmetic.logRatio(count, 0) + arithmetic.log1p(u));
  }
}
