// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectorStages.runAlone;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** With the Vector API. */
final class FloatVectorSegmentWords extends SegmentWords {
  private static final int WIDTH = FloatVectors.WIDTH;

  private final FloatElements elements;
  private final FloatWords words;
  private final FloatWords scratch;
  private final float[] lanes = new float[RowOrder.LANES];
  private final float[] largests = new float[WIDTH];
  private final int[] counts = new int[WIDTH];
  private double @Nullable [] doubles;

  FloatVectorSegmentWords(int classes) {
    int length = Math.ceilDiv(Math.min(classes, RowOrder.SEGMENT), WIDTH) * WIDTH;
    elements = new FloatElements(length);
    words = new FloatWords(length);
    scratch = new FloatWords(length);
  }

  /** The numbers and what is needed to make whole vectors. */
  private int length() {
    return Math.ceilDiv(count, WIDTH) * WIDTH;
  }

  private static FloatWords words(SegmentWords words) {
    return ((FloatVectorSegmentWords) words).words;
  }

  private static float[] heads(SegmentWords words) {
    return words(words).heads();
  }

  private static boolean isContiguous(RowView view) {
    return view.isContiguous(DType.F32, DType.BF16, DType.F16);
  }

  @Override
  void read(RowView view, long row, int from) {
    if (isContiguous(view)) {
      count = view.count(from);
      long start = view.offset(row, from) / view.dtype().bytes();
      elements.read(view.tensor(), start, words.heads(), 0, count);
    } else {
      double[] wide = doubles();
      count = view.read(row, from, wide);
      for (int j = 0; j < count; j++) {
        words.heads()[j] = (float) wide[j];
      }
    }
  }

  @Override
  void write(RowView view, long row, int from) {
    if (isContiguous(view)) {
      long start = view.offset(row, from) / view.dtype().bytes();
      elements.write(words.heads(), 0, view.tensor(), start, count);
    } else {
      view.write(row, from, widened());
    }
  }

  @Override
  void chain(RowView view, long row, int from) {
    if (view.isTransformed()) {
      double[] wide = widened();
      view.chain(row, from, wide);
      for (int j = 0; j < count; j++) {
        words.heads()[j] = (float) wide[j];
      }
    }
  }

  private double[] widened() {
    double[] wide = doubles();
    for (int j = 0; j < count; j++) {
      wide[j] = words.heads()[j];
    }
    return wide;
  }

  private double[] doubles() {
    if (doubles == null) {
      doubles = new double[words.heads().length];
    }
    return doubles;
  }

  @Override
  void readWeights(@Nullable Tensor weight, int from) {
    if (weight == null) {
      Arrays.fill(words.heads(), 0, count, 1);
    } else {
      elements.read(weight, from, words.heads(), 0, count);
    }
  }

  @Override
  void fill(double number) {
    Arrays.fill(words.heads(), (float) number);
  }

  @Override
  void set(int j, double number) {
    words.heads()[j] = (float) number;
  }

  @Override
  void logProbabilities(SegmentWords x, RowSoftmax softmax) {
    resize(x);
    float reference = (float) softmax.reference();
    float nll = (float) softmax.nll().head();
    runAlone(
        () ->
            FloatVectorProbabilities.logProbabilities(
                heads(x), reference, nll, words.heads(), length()));
  }

  @Override
  void probabilities(SegmentWords x, RowSoftmax softmax) {
    resize(x);
    RowPush push = softmax.probabilities();
    DoubleWord tied = softmax.referenceProbability();
    if (push.hasNormalPowers() && push.shift() == 0) {
      runAlone(
          () ->
              FloatVectorProbabilities.probabilitiesNormally(
                  heads(x), push, tied, words, length()));
      return;
    }
    runAlone(
        () ->
            FloatVectorProbabilities.exponentials(
                heads(x), push, scratch, words.tails(), length()));
    runAlone(() -> FloatVectorProbabilities.multiply(scratch, push.factor(), scratch, length()));
    runAlone(() -> FloatVectorPower.scaledDown(scratch, words.tails(), words, length()));
    runAlone(
        () ->
            FloatVectorProbabilities.tie(
                heads(x), (float) push.reference(), tied, words, length()));
  }

  @Override
  void roundedProbabilities(SegmentWords x, RowPush ofRow) {
    resize(x);
    if (ofRow.isPlain()) {
      runAlone(() -> FloatVectorPush.ofArray(heads(x), words.heads(), length(), ofRow));
    } else {
      runAlone(() -> FloatVectorPush.ofAnyArray(heads(x), words.heads(), length(), ofRow));
    }
  }

  @Override
  void spread(DoubleWord keep, double spread) {
    runAlone(() -> FloatVectorWords.spread(words.heads(), keep, (float) spread, length()));
  }

  @Override
  void multiply(SegmentWords factors) {
    runAlone(() -> FloatVectorWords.multiply(words.heads(), heads(factors), length()));
  }

  @Override
  void timesLess(SegmentWords p, DoubleWord push, DoubleWord upstream, SegmentWords a) {
    resize(p);
    runAlone(() -> FloatVectorWords.by(upstream, heads(a), scratch, length()));
    runAlone(() -> FloatVectorWords.timesLess(push, words(p), scratch, words.heads(), length()));
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
    runAlone(() -> FloatVectorWords.plus(heads(g), minusTied, scratch, length()));
    if (complement != null) {
      float reference = (float) softmax.reference();
      runAlone(
          () ->
              FloatVectorWords.replaceTied(
                  heads(x), reference, heads(g), complement, scratch, length()));
    }
    runAlone(() -> FloatVectorWords.sumTimes(scratch, minusDot, words(p), words.heads(), length()));
  }

  @Override
  void weightedNll(
      SegmentWords x,
      SegmentWords weights,
      DoubleWord keep,
      DoubleWord upstream,
      RowSoftmax softmax) {
    resize(x);
    float reference = (float) softmax.reference();
    DoubleWord minusNll = softmax.nll().negated();
    runAlone(() -> FloatVectorWords.minusReference(heads(x), reference, scratch, length()));
    runAlone(() -> FloatVectorWords.plus(scratch, minusNll, words, length()));
    runAlone(() -> FloatVectorWords.by(keep, heads(weights), scratch, length()));
    runAlone(() -> FloatVectorWords.minusProducts(words, scratch, words, length()));
    runAlone(() -> FloatVectorWords.times(upstream, words, words.heads(), length()));
  }

  @Override
  double dot(SegmentWords other) {
    int whole = count / RowOrder.LANES * RowOrder.LANES;
    for (int part = 0; part < RowOrder.LANES; part += WIDTH) {
      int first = part;
      runAlone(
          () ->
              FloatVectorReductions.addProducts(words.heads(), heads(other), first, whole, lanes));
    }
    for (int j = whole; j < count; j++) {
      int lane = j - whole;
      lanes[lane] = Math.fma(words.heads()[j], heads(other)[j], lanes[lane]);
    }
    return FloatVectorSegment.sum(lanes, 0, RowOrder.LANES);
  }

  @Override
  double dot(SegmentWords other, SegmentWords x, RowSoftmax softmax, boolean tied) {
    float reference = (float) softmax.reference();
    int whole = count / RowOrder.LANES * RowOrder.LANES;
    for (int part = 0; part < RowOrder.LANES; part += WIDTH) {
      int first = part;
      runAlone(
          () ->
              FloatVectorReductions.addProducts(
                  words.heads(), heads(other), heads(x), reference, tied, first, whole, lanes));
    }
    for (int j = whole; j < count; j++) {
      int lane = j - whole;
      float head = heads(x)[j] == reference == tied ? words.heads()[j] : 0;
      lanes[lane] = Math.fma(head, heads(other)[j], lanes[lane]);
    }
    return FloatVectorSegment.sum(lanes, 0, RowOrder.LANES);
  }

  @Override
  double dotLogarithms(SegmentWords x, RowSoftmax softmax, double base, double excess) {
    resize(x);
    float less = (float) base;
    float more = (float) excess;
    int rounds = count / RowOrder.LANES;
    int whole = rounds * RowOrder.LANES;
    RowPush push = softmax.probabilities();
    boolean normal = push.isPlain();
    if (!normal) {
      roundedProbabilities(x, push);
    }
    for (int part = 0; part < RowOrder.LANES; part += 2 * WIDTH) {
      int first = part;
      if (normal) {
        runAlone(
            () ->
                FloatVectorReductions.addLogarithms(
                    heads(x), push, less, more, first, rounds, lanes));
      } else {
        runAlone(
            () ->
                FloatVectorReductions.addLogarithms(
                    words.heads(), heads(x), less, more, first, rounds, lanes));
      }
    }
    if (normal && whole < count) {
      roundedProbabilities(x, push);
    }
    for (int j = whole; j < count; j++) {
      float p = words.heads()[j];
      float log = p == 0 ? 0 : heads(x)[j] - less - more;
      lanes[j - whole] = Math.fma(p, log, lanes[j - whole]);
    }
    return FloatVectorSegment.sum(lanes, 0, RowOrder.LANES);
  }

  @Override
  int countAbove(double number, int from, int to) {
    return countFrom(Math.nextUp((float) number), from, to);
  }

  @Override
  int countFrom(double number, int from, int to) {
    float limit = (float) number;
    int end = from + (to - from) / WIDTH * WIDTH;
    runAlone(() -> FloatVectorReductions.countFrom(words.heads(), limit, from, end, counts));
    int found = total(counts);
    for (int j = end; j < to; j++) {
      found += words.heads()[j] >= limit ? 1 : 0;
    }
    return found;
  }

  private static int total(int[] values) {
    int total = 0;
    for (int value : values) {
      total += value;
    }
    return total;
  }

  @Override
  double largest() {
    int end = count / WIDTH * WIDTH;
    runAlone(() -> FloatVectorReductions.findLargest(words.heads(), end, largests));
    float top = Float.NEGATIVE_INFINITY;
    for (float x : largests) {
      top = Math.max(top, x);
    }
    for (int j = end; j < count; j++) {
      top = Math.max(top, words.heads()[j]);
    }
    return top;
  }

  @Override
  int indexOf(double number) {
    int j = 0;
    while (words.heads()[j] != (float) number) {
      j++;
    }
    return j;
  }
}
