// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import org.jspecify.annotations.Nullable;

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
  private final RowSum others;
  private final Arithmetic arithmetic;

  /**
   * What probabilities are made of.
   *
   * @param others all together that do not equal the reference
   * @param tied one that does
   * @param inverse what e^(x - shift) 2^-exponent is multiplied by
   */
  private record Shares(DoubleWord others, DoubleWord tied, DoubleWord inverse) {}

  private double reference;
  private double shift;

  private DoubleWord nll = DoubleWord.of(0);
  private boolean unlikely;
  private ScaledWord sumOfOthers = ScaledWord.of(new Arithmetic.Binary(1, 0));
  private ScaledWord one = sumOfOthers;
  private @Nullable Shares shares;
  private ScaledWord total = new ScaledWord(new DoubleWord(1, 0), 0);
  private int exponent;

  RowSoftmax(RowView view, Arithmetic arithmetic) {
    this.view = view;
    this.others = arithmetic.rowSum(view);
    this.arithmetic = arithmetic;
  }

  /** Looks at a row from one of its elements. */
  void from(long row, int c) {
    from(row, c, view.get(row, c));
  }

  /** The same of an element that is given. */
  void from(long row, int c, double element) {
    reference = element;
    sumOthers(row, 0);
    double needed = others.neededShift();
    if (needed != 0) {
      sumOthers(row, needed);
    }
    finish();
  }

  /** Looks at a row from the largest of its elements. */
  void fromLargest(long row) {
    reference = others.largestOf(row);
    sumOthers(row, RowSum.shiftFor(reference));
    finish();
  }

  /** Whether the row has a softmax. */
  boolean isDefined() {
    return !Double.isNaN(nll.head());
  }

  /** Log-sum-exp minus the reference: the NLL of the reference. */
  DoubleWord nll() {
    return nll;
  }

  /** What the row is seen from. */
  double reference() {
    return reference;
  }

  /** Whether an element equals the reference. */
  boolean isTied(double element) {
    return element == reference;
  }

  /** How many elements do. */
  int ties() {
    return others.ties();
  }

  /** p of the reference. */
  DoubleWord referenceProbability() {
    return shares().tied();
  }

  /** 1 - p of the reference. */
  DoubleWord referenceComplement() {
    return complement(reference, shares().tied());
  }

  /** Log-sum-exp of the row; NaN where it has no softmax. */
  double logSumExp() {
    return DoubleWord.of(base()).plus(excessWord(), arithmetic).head();
  }

  /** One of the heavier elements: from it log p keeps its digits, even of a row seen from afar. */
  double base() {
    return unlikely ? others.largest() : reference;
  }

  /** Log-sum-exp minus the base. */
  double excess() {
    return excessWord().head();
  }

  private DoubleWord excessWord() {
    return unlikely ? total.logRatio(arithmetic.round(others.largest() - shift), arithmetic) : nll;
  }

  /** The largest p. */
  double largestProbability() {
    return others.exceedsReference()
        ? roundedProbability(others.largest())
        : shares().tied().head();
  }

  /** log p of an element. */
  double logProbability(double element) {
    return arithmetic.round(arithmetic.round(element - reference) - nll.head());
  }

  /** The same before it is rounded. */
  DoubleWord logProbabilityWord(double element) {
    return DoubleWord.sumOf(element, -reference, arithmetic).plus(nll.negated(), arithmetic);
  }

  /** 1 - p of an element whose p is given. */
  DoubleWord complement(double element, DoubleWord probability) {
    return element == reference
        ? shares().tied().by(others.ties() - 1, arithmetic).plus(shares().others(), arithmetic)
        : DoubleWord.of(1).plus(probability.negated(), arithmetic);
  }

  /** What the row's gradient is made of where it is push p, but at the label. */
  RowPush pushedBy(DoubleWord push, int label, double atLabel) {
    DoubleWord factor = push.by(shares().inverse(), arithmetic);
    double atTies = push.times(shares().tied(), arithmetic);
    return new RowPush(
        reference, shift, factor, exponent, others.leastExponent(), atTies, label, atLabel);
  }

  /** What p of the elements is made of: it is the gradient of log-sum-exp. */
  RowPush probabilities() {
    return pushedBy(DoubleWord.of(1), -1, 0);
  }

  /** p of an element. */
  DoubleWord probability(double element) {
    double[] head = {element};
    double[] tail = new double[1];
    probabilities(head.clone(), 1, head, tail);
    return new DoubleWord(head[0], tail[0]);
  }

  private double roundedProbability(double element) {
    double[] p = {element};
    arithmetic.push(p, 1, probabilities());
    return p[0];
  }

  /** p of the elements of a segment; a tail may be larger than half an ulp of its head. */
  void probabilities(double[] elements, int count, double[] intoHeads, double[] intoTails) {
    System.arraycopy(elements, 0, intoHeads, 0, count);
    arithmetic.exponentials(intoHeads, intoTails, count, shift, shares().inverse(), exponent);
    for (int j = 0; j < count; j++) {
      if (elements[j] == reference) {
        intoHeads[j] = shares().tied().head();
        intoTails[j] = shares().tied().tail();
      }
    }
  }

  /** Whether a label is the first of the row's largest elements, where NaN counts as largest. */
  boolean isFirstLargest(long row, int label) {
    double element = view.get(row, label);
    if (isDefined()) {
      if (element != reference || others.exceedsReference()) {
        return false;
      }
      if (others.ties() == 1) {
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

  private void sumOthers(long row, double newShift) {
    shift = newShift;
    others.compute(row, reference, shift);
  }

  private void finish() {
    unlikely = false;
    if (!(reference < Double.POSITIVE_INFINITY)
        || Double.isNaN(others.sum().significand())
        || others.isUnbounded()) {
      undefined();
    } else if (others.isEmpty()) {
      alone();
    } else {
      amongOthers();
    }
  }

  private void undefined() {
    nll = DoubleWord.of(Double.NaN);
    shares = new Shares(nll, nll, nll);
    exponent = 0;
  }

  private void alone() {
    if (reference == Double.NEGATIVE_INFINITY) {
      undefined();
      return;
    }
    Arithmetic.Binary count = Arithmetic.split(others.ties());
    nll = arithmetic.logRatio(count, 0);
    ScaledWord single = ScaledWord.of(new Arithmetic.Binary(1, 0));
    DoubleWord tied = ScaledWord.of(count).under(single, arithmetic);
    shares = new Shares(DoubleWord.of(0), tied, DoubleWord.of(0));
    exponent = 0;
  }

  private void amongOthers() {
    Arithmetic.Binary count = Arithmetic.split(others.ties());
    Arithmetic.Binary binarySum = others.sum().normalized();
    sumOfOthers = ScaledWord.of(binarySum);
    double y = arithmetic.round(reference - shift);
    // Beyond LEAST on either side, which e^y cannot have, nothing is left of the smaller of the
    // sums.
    one = arithmetic.closeExponentialWord(Math.min(y, -Arithmetic.LEAST));
    ScaledWord own = one.by(count, arithmetic);
    total = own.plus(binarySum, arithmetic);
    shares = null;
    exponent = total.exponent();
    // A quotient of e^z by way of z would lose half of |z| ulps.
    unlikely = own.isReachedBy(binarySum);
    nll =
        unlikely
            ? total.logRatio(y, arithmetic)
            : likelyNll(count, own.under(sumOfOthers, arithmetic));
  }

  /** Only a gradient and some statistics need them. */
  private Shares shares() {
    if (shares == null) {
      shares =
          new Shares(
              total.under(sumOfOthers, arithmetic),
              total.under(one, arithmetic),
              total.word().under(DoubleWord.of(1), arithmetic));
    }
    return shares;
  }

  private DoubleWord likelyNll(Arithmetic.Binary count, DoubleWord odds) {
    DoubleWord ofHead = arithmetic.log1pWord(odds.head());
    double more = arithmetic.round(1 + odds.head());
    double slope = arithmetic.reciprocal(new Arithmetic.Binary(more, 0));
    double tail = arithmetic.fma(odds.tail(), slope, ofHead.tail());
    return arithmetic.logRatio(count, 0).plus(new DoubleWord(ofHead.head(), tail), arithmetic);
  }
}
