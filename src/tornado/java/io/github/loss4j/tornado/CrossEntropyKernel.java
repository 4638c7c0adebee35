// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static io.github.loss4j.tornado.Arithmetic.fma;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Cross-entropy of rows of logits and labels, one work-item per row, and its gradient, one per
 * {@link Strip}, after the softmax. {@code kernels/cross_entropy.cl} is the same in OpenCL C.
 *
 * <p>Labels are a class per row, or -1 for a row that is ignored.
 */
final class CrossEntropyKernel {
  private CrossEntropyKernel() {}

  /** Without smoothing; also whether the labels' logits are the first of the largest. */
  static void losses(
      IntArray sizes,
      FloatArray numbers,
      FloatArray input,
      IntArray labels,
      FloatArray weights,
      FloatArray sums,
      FloatArray softmax,
      FloatArray losses,
      IntArray correct,
      IntArray marks) {
    for (@Parallel int row = 0; row < sizes.get(Call.ROWS); row++) {
      int label = labels.get(row);
      int seen = TornadoMath.max(label, 0);
      RowSoftmax of = RowSoftmax.load(sums, softmax, row);
      DoubleWord kept = Call.keep(numbers).by(Call.weight(sizes, weights, seen));
      float loss = kept.times(of.nll());
      losses.set(row, label < 0 ? 0f : loss);
      int first = of.isFirstLargest(sizes, input, Call.start(sizes, row), seen);
      correct.set(row, label < 0 ? 0 : first);
      Call.mark(sizes, marks, row);
    }
  }

  /** With smoothing. */
  static void smoothedLosses(
      IntArray sizes,
      FloatArray numbers,
      FloatArray input,
      IntArray labels,
      FloatArray weights,
      FloatArray sums,
      FloatArray softmax,
      FloatArray losses,
      IntArray correct,
      IntArray marks) {
    for (@Parallel int row = 0; row < sizes.get(Call.ROWS); row++) {
      int label = labels.get(row);
      int seen = TornadoMath.max(label, 0);
      int start = Call.start(sizes, row);
      RowSoftmax of = RowSoftmax.load(sums, softmax, row);
      DoubleWord kept = Call.keep(numbers).by(Call.weight(sizes, weights, seen));
      float target = input.get(start + seen * sizes.get(Call.INNER));
      DoubleWord nll = of.logProbabilityWord(target).negated();
      float all = logProbabilities(sizes, weights, input, start, of);
      float loss = kept.by(nll).plus(Call.spread(numbers).by(-all)).head();
      losses.set(row, label < 0 ? 0f : loss);
      int first = of.isFirstLargest(sizes, input, start, seen);
      correct.set(row, label < 0 ? 0 : first);
      Call.mark(sizes, marks, row);
    }
  }

  /** The sum of w_c log p_c. */
  private static float logProbabilities(
      IntArray sizes, FloatArray weights, FloatArray input, int start, RowSoftmax softmax) {
    int classes = sizes.get(Call.CLASSES);
    int stride = sizes.get(Call.INNER);
    float[] s = new float[Lanes.COUNT];
    float sum = 0f;
    for (int from = 0; from < classes; from += Lanes.SEGMENT) {
      Lanes.clear(s);
      int end = TornadoMath.min(from + Lanes.SEGMENT, classes);
      for (int c = from; c < end; c++) {
        float logProbability = softmax.logProbability(input.get(start + c * stride));
        int lane = c % Lanes.COUNT;
        s[lane] = fma(Call.weight(sizes, weights, c), logProbability, s[lane]);
      }
      sum += Lanes.sum(s);
    }
    return sum;
  }

  /** The gradient without smoothing. As in PyTorch, that of an ignored row is NaN or 0. */
  static void gradient(
      IntArray sizes,
      FloatArray numbers,
      FloatArray powers,
      FloatArray input,
      IntArray labels,
      FloatArray weights,
      FloatArray upstreams,
      FloatArray sums,
      FloatArray softmax,
      FloatArray gradient,
      IntArray stripMarks) {
    for (@Parallel int item = 0; item < Strip.count(sizes); item++) {
      Strip strip = Strip.of(sizes, item);
      int row = strip.row();
      int label = labels.get(row);
      int seen = TornadoMath.max(label, 0);
      int stride = sizes.get(Call.INNER);
      int start = Call.start(sizes, row);
      float nan = numbers.get(Call.NAN);
      RowSoftmax of = RowSoftmax.load(sums, softmax, row);
      DoubleWord kept = Call.keep(numbers).by(Call.weight(sizes, weights, seen));
      DoubleWord upstream = Call.upstream(sizes, numbers, upstreams, row);
      float target = input.get(start + seen * stride);
      LabelGradient parts = LabelGradient.of(powers, nan, of, upstream, kept, target);
      float ignored = of.isDefined() ? 0f : nan;
      for (int c = strip.first(); c < strip.end(); c += strip.step()) {
        float y = parts.at(powers, of, input.get(start + c * stride));
        float active = c == label ? parts.atLabel() : y;
        gradient.set(start + c * stride, label < 0 ? ignored : active);
      }
      Call.mark(sizes, stripMarks, item);
    }
  }

  /** The gradient with smoothing. */
  static void smoothedGradient(
      IntArray sizes,
      FloatArray numbers,
      FloatArray powers,
      FloatArray input,
      IntArray labels,
      FloatArray weights,
      FloatArray upstreams,
      FloatArray sums,
      FloatArray softmax,
      FloatArray gradient,
      IntArray stripMarks) {
    for (@Parallel int item = 0; item < Strip.count(sizes); item++) {
      Strip strip = Strip.of(sizes, item);
      int row = strip.row();
      int label = labels.get(row);
      int seen = TornadoMath.max(label, 0);
      int stride = sizes.get(Call.INNER);
      int start = Call.start(sizes, row);
      float nan = numbers.get(Call.NAN);
      RowSoftmax of = RowSoftmax.load(sums, softmax, row);
      float weight = Call.weight(sizes, weights, seen);
      DoubleWord upstream = Call.upstream(sizes, numbers, upstreams, row);
      float target = input.get(start + seen * stride);
      LabelGradient parts = LabelGradient.smoothed(powers, numbers, of, upstream, target, weight);
      float ignored = of.isDefined() ? 0f : nan;
      for (int c = strip.first(); c < strip.end(); c += strip.step()) {
        float x = input.get(start + c * stride);
        float y = parts.smoothedAt(powers, of, x, Call.weight(sizes, weights, c));
        float active = c == label ? parts.atLabel() : y;
        gradient.set(start + c * stride, label < 0 ? ignored : active);
      }
      Call.mark(sizes, stripMarks, item);
    }
  }
}
