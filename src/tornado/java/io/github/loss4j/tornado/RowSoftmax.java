// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static io.github.loss4j.tornado.Arithmetic.apart;
import static io.github.loss4j.tornado.DoubleWord.choose;
import static io.github.loss4j.tornado.Exponential.clamped;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The softmax of one row, seen from a reference logit: the target's, or the largest. {@code
 * kernels/row_softmax.clh} is the same in OpenCL C and has the formulas; a change here is a change
 * there.
 *
 * @param row what it is made of
 * @param nll log-sum-exp minus the reference; NaN where the row has no softmax
 * @param othersShare all elements together that differ from the reference
 * @param tiedShare one that does not
 * @param inverse what e^(x - shift) 2^-exponent is multiplied by
 * @param exponent of the row's sum
 */
@SuppressWarnings("ShortCircuitBoolean") // as Arithmetic says
record RowSoftmax(
    RowSum row,
    DoubleWord nll,
    DoubleWord othersShare,
    DoubleWord tiedShare,
    DoubleWord inverse,
    int exponent) {

  /**
   * The softmax that a row's sums make.
   *
   * @param nan a NaN, which TornadoVM cannot write down
   */
  static RowSoftmax of(FloatArray powers, float nan, RowSum row) {
    boolean defined = row.isDefined();
    boolean ordinary = defined & !row.isAlone();
    Binary count = Binary.of(powers, row.ties());
    Binary others = row.others(powers);
    ScaledWord one = row.exponentialOfReference();
    ScaledWord own = one.by(powers, count);
    ScaledWord total = own.plus(powers, others);
    DoubleWord logTies = Logarithm.ofRatio(count, 0f, 0f);
    DoubleWord undefined = DoubleWord.of(nan);
    DoubleWord none = DoubleWord.of(defined ? 0f : nan);
    DoubleWord nll = nll(powers, own, others, total, logTies, row.reference() - row.shift());
    return new RowSoftmax(
        row,
        choose(ordinary, nll, choose(defined, logTies, undefined)),
        choose(ordinary, total.under(powers, others), none),
        choose(
            ordinary,
            total.under(powers, one),
            choose(defined, shareOfOne(powers, count), undefined)),
        choose(ordinary, total.word().reciprocal(), none),
        ordinary ? total.exponent() : 0);
  }

  private static DoubleWord shareOfOne(FloatArray powers, Binary count) {
    return DoubleWord.of(count.significand()).reciprocal().scaledDown(powers, -count.exponent());
  }

  /**
   * The NLL of a row that has others; a quotient of e^z by way of z would lose half of |z| ulps.
   */
  private static DoubleWord nll(
      FloatArray powers,
      ScaledWord own,
      Binary others,
      ScaledWord total,
      DoubleWord logTies,
      float y) {
    Binary head = new Binary(total.word().head(), total.exponent());
    float rest = total.word().tail() * Arithmetic.reciprocal(total.word().head());
    return choose(
        own.isReachedBy(others),
        Logarithm.ofRatio(head, rest, y),
        logTies.plus(log1PlusRatio(powers, others, own)));
  }

  /** log(1 + others / own), for a ratio of at most 1. */
  private static DoubleWord log1PlusRatio(FloatArray powers, Binary others, ScaledWord own) {
    DoubleWord u = own.under(powers, others);
    DoubleWord logarithm = Logarithm.of1Plus(u.head());
    float tail =
        Arithmetic.fma(u.tail(), Arithmetic.reciprocal(1f + apart(u.head())), logarithm.tail());
    return new DoubleWord(logarithm.head(), tail);
  }

  /** Whether the row has a softmax. */
  boolean isDefined() {
    return !Float.isNaN(nll.head());
  }

  float logProbability(float x) {
    return (x - row.reference()) - nll.head();
  }

  DoubleWord logProbabilityWord(float x) {
    return DoubleWord.sumOf(x, -row.reference()).plus(nll.negated());
  }

  /** Of an element that differs from the reference the tail may be larger than half an ulp. */
  DoubleWord probability(FloatArray powers, float x) {
    ScaledWord e = Exponential.word(clamped(x - row.shift()));
    DoubleWord product = DoubleWord.productOf(e.word().head(), inverse.head());
    float rest = Arithmetic.fma(e.word().head(), inverse.tail(), e.word().tail() * inverse.head());
    DoubleWord other =
        new DoubleWord(product.head(), Arithmetic.sum(product.tail(), rest))
            .scaledDown(powers, e.exponent() - exponent);
    return choose(x == row.reference(), tiedShare, other);
  }

  /** 1 - p without cancellation, for an element x of probability p. */
  DoubleWord complement(float x, DoubleWord p) {
    DoubleWord ofTied = tiedShare.by(row.ties() - 1f).plus(othersShare);
    DoubleWord ofOther = DoubleWord.of(1f).plus(p.negated());
    return choose(x == row.reference(), ofTied, ofOther);
  }

  /**
   * Whether the element at a class is the first of the largest, where NaN counts as largest. It is
   * looked for only where there are ties or NaN.
   */
  int isFirstLargest(IntArray sizes, FloatArray input, int start, int label) {
    float x = input.get(start + label * sizes.get(Call.INNER));
    boolean known =
        isDefined() & (x != row.reference() | row.largestOther() > x | row.ties() == 1f);
    boolean larger = x == row.reference() & row.largestOther() <= x;
    int first = 1;
    if (known) {
      first = larger ? 1 : 0;
    } else {
      first = RowScan.isFirstLargest(sizes, input, start, label);
    }
    return first;
  }

  /** How many floats one takes in an array, beside those of its sums. */
  static final int FLOATS = 9;

  static RowSoftmax load(FloatArray sums, FloatArray softmax, int row) {
    int at = row * FLOATS;
    return new RowSoftmax(
        RowSum.load(sums, row),
        new DoubleWord(softmax.get(at), softmax.get(at + 1)),
        new DoubleWord(softmax.get(at + 2), softmax.get(at + 3)),
        new DoubleWord(softmax.get(at + 4), softmax.get(at + 5)),
        new DoubleWord(softmax.get(at + 6), softmax.get(at + 7)),
        (int) softmax.get(at + 8));
  }

  void store(FloatArray softmax, int row) {
    int at = row * FLOATS;
    softmax.set(at, nll.head());
    softmax.set(at + 1, nll.tail());
    softmax.set(at + 2, othersShare.head());
    softmax.set(at + 3, othersShare.tail());
    softmax.set(at + 4, tiedShare.head());
    softmax.set(at + 5, tiedShare.tail());
    softmax.set(at + 6, inverse.head());
    softmax.set(at + 7, inverse.tail());
    softmax.set(at + 8, (float) exponent);
  }
}
