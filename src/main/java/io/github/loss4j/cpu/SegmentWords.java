// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that belong to the elements of a segment of a row, as words or, where there are no tails,
 * as heads. Both implementations, in plain Java and with the Vector API, give the same bits;
 * operands are of the same implementation and have as many numbers.
 */
abstract class SegmentWords {
  int count;

  /** How many there are. */
  final int count() {
    return count;
  }

  /** Has as many as another. */
  final void resize(SegmentWords other) {
    resize(other.count);
  }

  /** Has so many. */
  final void resize(int newCount) {
    count = newCount;
  }

  /** The heads become the elements of a segment of a row. */
  abstract void read(RowView view, long row, int from);

  /** Writes the heads, rounded to the type of what is written to. */
  abstract void write(RowView view, long row, int from);

  /**
   * The heads, which are derivatives with respect to what a view reads, become those with respect
   * to its tensor's elements.
   */
  abstract void chain(RowView view, long row, int from);

  /** The heads become the weights of the segment's classes, 1 where there are none. */
  abstract void readWeights(@Nullable Tensor weight, int from);

  /** The heads become a number. */
  abstract void fill(double number);

  /** A head becomes a number. */
  abstract void set(int j, double number);

  /** The heads become log p of elements. */
  abstract void logProbabilities(SegmentWords x, RowSoftmax softmax);

  /** These become p of elements; a tail may be larger than half an ulp of its head. */
  abstract void probabilities(SegmentWords x, RowSoftmax softmax);

  /**
   * The heads become p of elements, rounded nearly once, of a row's {@link
   * RowSoftmax#probabilities()}.
   */
  abstract void roundedProbabilities(SegmentWords x, RowPush ofRow);

  /** The heads become keep x + spread, rounded nearly once. */
  abstract void spread(DoubleWord keep, double spread);

  /** The heads are multiplied by others. */
  abstract void multiply(SegmentWords factors);

  /** The heads become push p - upstream a of words p. */
  abstract void timesLess(SegmentWords p, DoubleWord push, DoubleWord upstream, SegmentWords a);

  /**
   * The heads become g - (tied + dot) times p of words p, where g - tied of the one that is tied is
   * complement g.
   *
   * @param minusTied what the tied elements take from every g
   * @param complement 1 - p of the reference if but one element is tied with it
   */
  abstract void pulledBack(
      SegmentWords p,
      SegmentWords g,
      SegmentWords x,
      DoubleWord minusTied,
      DoubleWord minusDot,
      @Nullable DoubleWord complement,
      RowSoftmax softmax);

  /** The heads become -log p of elements times keep, weights and upstream. */
  abstract void weightedNll(
      SegmentWords x,
      SegmentWords weights,
      DoubleWord keep,
      DoubleWord upstream,
      RowSoftmax softmax);

  /** Adds the products with others to lane j mod 32 each, in order. */
  abstract double dot(SegmentWords other);

  /**
   * The same of p of elements x and log p = x - base - excess, or 0 where p is 0. The words may be
   * used up.
   */
  abstract double dotLogarithms(SegmentWords x, RowSoftmax softmax, double base, double excess);

  /** The same with 0 for heads of elements that are not tied with the reference, or of the tied. */
  abstract double dot(SegmentWords other, SegmentWords x, RowSoftmax softmax, boolean tied);

  /** How many heads of a range are larger than a number; there is no NaN. */
  abstract int countAbove(double number, int from, int to);

  /** How many are not smaller. */
  abstract int countFrom(double number, int from, int to);

  /** The largest head, -infinity if there is none; there is no NaN. */
  abstract double largest();

  /** The first head that is a number. */
  abstract int indexOf(double number);
}
