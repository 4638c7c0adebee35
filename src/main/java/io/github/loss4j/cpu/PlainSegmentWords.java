// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** In plain Java. */
final class PlainSegmentWords extends SegmentWords {
  private final Arithmetic arithmetic;
  private final double[] heads;
  private final double[] tails;
  private final double[] lanes = new double[RowOrder.LANES];

  PlainSegmentWords(int classes, Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
    int length = Math.min(classes, RowOrder.SEGMENT);
    heads = new double[length];
    tails = new double[length];
  }

  private static double[] heads(SegmentWords words) {
    return ((PlainSegmentWords) words).heads;
  }

  private static double[] tails(SegmentWords words) {
    return ((PlainSegmentWords) words).tails;
  }

  @Override
  void read(RowView view, long row, int from) {
    count = view.read(row, from, heads);
  }

  @Override
  void write(RowView view, long row, int from) {
    view.write(row, from, heads);
  }

  @Override
  void chain(RowView view, long row, int from) {
    view.chain(row, from, heads);
  }

  @Override
  void readWeights(@Nullable Tensor weight, int from) {
    ClassWeight.read(weight, from, count, heads);
  }

  @Override
  void fill(double number) {
    Arrays.fill(heads, number);
  }

  @Override
  void set(int j, double number) {
    heads[j] = number;
  }

  @Override
  void logProbabilities(SegmentWords x, RowSoftmax softmax) {
    resize(x);
    for (int j = 0; j < count; j++) {
      heads[j] = softmax.logProbability(heads(x)[j]);
    }
  }

  @Override
  void probabilities(SegmentWords x, RowSoftmax softmax) {
    resize(x);
    softmax.probabilities(heads(x), count, heads, tails);
  }

  @Override
  void roundedProbabilities(SegmentWords x, RowPush ofRow) {
    resize(x);
    System.arraycopy(heads(x), 0, heads, 0, count);
    arithmetic.push(heads, count, ofRow);
  }

  @Override
  void spread(DoubleWord keep, double spread) {
    for (int j = 0; j < count; j++) {
      double rest = arithmetic.fma(keep.tail(), heads[j], spread);
      heads[j] = arithmetic.fma(keep.head(), heads[j], rest);
    }
  }

  @Override
  void multiply(SegmentWords factors) {
    for (int j = 0; j < count; j++) {
      heads[j] = arithmetic.round(heads(factors)[j] * heads[j]);
    }
  }

  @Override
  void timesLess(SegmentWords p, DoubleWord push, DoubleWord upstream, SegmentWords a) {
    resize(p);
    for (int j = 0; j < count; j++) {
      DoubleWord pull = upstream.by(heads(a)[j], arithmetic);
      heads[j] = push.timesLess(heads(p)[j], tails(p)[j], pull, arithmetic);
    }
  }

  @Override
  void pulledBack(
      SegmentWords p,
      SegmentWords g,
      SegmentWords x,
      DoubleWord minusTied,
      DoubleWord minusDot,
      @Nullable DoubleWord complement,
      RowSoftmax softmax) {
    resize(p);
    for (int j = 0; j < count; j++) {
      double own = heads(g)[j];
      DoubleWord left =
          complement != null && softmax.isTied(heads(x)[j])
              ? complement.by(own, arithmetic)
              : DoubleWord.of(own).plus(minusTied, arithmetic);
      heads[j] = left.plus(minusDot, arithmetic).times(heads(p)[j], tails(p)[j], arithmetic);
    }
  }

  @Override
  void weightedNll(
      SegmentWords x,
      SegmentWords weights,
      DoubleWord keep,
      DoubleWord upstream,
      RowSoftmax softmax) {
    resize(x);
    for (int j = 0; j < count; j++) {
      DoubleWord kept = keep.by(heads(weights)[j], arithmetic);
      DoubleWord nll = softmax.logProbabilityWord(heads(x)[j]).negated();
      heads[j] = upstream.times(nll.by(kept, arithmetic), arithmetic);
    }
  }

  @Override
  double dot(SegmentWords other) {
    Arrays.fill(lanes, 0);
    for (int j = 0; j < count; j++) {
      int lane = j % RowOrder.LANES;
      lanes[lane] = arithmetic.fma(heads[j], heads(other)[j], lanes[lane]);
    }
    return arithmetic.sum(lanes);
  }

  @Override
  double dot(SegmentWords other, SegmentWords x, RowSoftmax softmax, boolean tied) {
    Arrays.fill(lanes, 0);
    for (int j = 0; j < count; j++) {
      int lane = j % RowOrder.LANES;
      double head = softmax.isTied(heads(x)[j]) == tied ? heads[j] : 0;
      lanes[lane] = arithmetic.fma(head, heads(other)[j], lanes[lane]);
    }
    return arithmetic.sum(lanes);
  }

  @Override
  double dotLogarithms(SegmentWords x, RowSoftmax softmax, double base, double excess) {
    roundedProbabilities(x, softmax.probabilities());
    Arrays.fill(lanes, 0);
    for (int j = 0; j < count; j++) {
      double log = arithmetic.round(arithmetic.round(heads(x)[j] - base) - excess);
      int lane = j % RowOrder.LANES;
      lanes[lane] = arithmetic.fma(heads[j], heads[j] == 0 ? 0 : log, lanes[lane]);
    }
    return arithmetic.sum(lanes);
  }

  @Override
  int countAbove(double number, int from, int to) {
    return countFrom(Math.nextUp(number), from, to);
  }

  @Override
  int countFrom(double number, int from, int to) {
    int found = 0;
    for (int j = from; j < to; j++) {
      found += heads[j] >= number ? 1 : 0;
    }
    return found;
  }

  @Override
  double largest() {
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < count; j++) {
      largest = heads[j] > largest ? heads[j] : largest;
    }
    return largest;
  }

  @Override
  int indexOf(double number) {
    int j = 0;
    while (heads[j] != number) {
      j++;
    }
    return j;
  }
}
