// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static io.github.loss4j.tornado.Arithmetic.fma;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Softmax of rows, its logarithm, and their gradients, one work-item per {@link Strip}, after the
 * softmax; what the gradients sum over a row, one work-item per row. {@code kernels/normalize.cl}
 * is the same in OpenCL C.
 *
 * <p>Upstream gradients are of the input's layout.
 */
@SuppressWarnings("ShortCircuitBoolean") // as Arithmetic says
final class NormalizeKernel {
  private NormalizeKernel() {}

  static void probabilities(
      IntArray sizes,
      FloatArray powers,
      FloatArray input,
      FloatArray sums,
      FloatArray softmax,
      FloatArray output,
      IntArray stripMarks) {
    for (@Parallel int item = 0; item < Strip.count(sizes); item++) {
      Strip strip = Strip.of(sizes, item);
      int stride = sizes.get(Call.INNER);
      int start = Call.start(sizes, strip.row());
      RowSoftmax of = RowSoftmax.load(sums, softmax, strip.row());
      for (int c = strip.first(); c < strip.end(); c += strip.step()) {
        int index = start + c * stride;
        output.set(index, of.probability(powers, input.get(index)).rounded());
      }
      Call.mark(sizes, stripMarks, item);
    }
  }

  static void logProbabilities(
      IntArray sizes,
      FloatArray input,
      FloatArray sums,
      FloatArray softmax,
      FloatArray output,
      IntArray stripMarks) {
    for (@Parallel int item = 0; item < Strip.count(sizes); item++) {
      Strip strip = Strip.of(sizes, item);
      int stride = sizes.get(Call.INNER);
      int start = Call.start(sizes, strip.row());
      RowSoftmax of = RowSoftmax.load(sums, softmax, strip.row());
      for (int c = strip.first(); c < strip.end(); c += strip.step()) {
        int index = start + c * stride;
        output.set(index, of.logProbability(input.get(index)));
      }
      Call.mark(sizes, stripMarks, item);
    }
  }

  /** Of the gradient of softmax: the sum of g p where elements differ from the reference. */
  static void weighted(
      IntArray sizes,
      FloatArray powers,
      FloatArray input,
      FloatArray upstreams,
      FloatArray sums,
      FloatArray softmax,
      FloatArray dots,
      IntArray marks) {
    for (@Parallel int row = 0; row < sizes.get(Call.ROWS); row++) {
      int classes = sizes.get(Call.CLASSES);
      int stride = sizes.get(Call.INNER);
      int start = Call.start(sizes, row);
      RowSoftmax of = RowSoftmax.load(sums, softmax, row);
      float[] s = new float[Lanes.COUNT];
      float all = 0f;
      for (int from = 0; from < classes; from += Lanes.SEGMENT) {
        Lanes.clear(s);
        int end = TornadoMath.min(from + Lanes.SEGMENT, classes);
        for (int c = from; c < end; c++) {
          int index = start + c * stride;
          float x = input.get(index);
          float g = x == of.row().reference() ? 0f : Call.upstreamAt(sizes, upstreams, index);
          int lane = c % Lanes.COUNT;
          s[lane] = fma(g, of.probability(powers, x).rounded(), s[lane]);
        }
        all += Lanes.sum(s);
      }
      dots.set(2 * row, all);
      Call.mark(sizes, marks, row);
    }
  }

  /** The sum of g where they do not. */
  static void tied(
      IntArray sizes,
      FloatArray input,
      FloatArray upstreams,
      FloatArray sums,
      FloatArray dots,
      IntArray marks) {
    for (@Parallel int row = 0; row < sizes.get(Call.ROWS); row++) {
      int classes = sizes.get(Call.CLASSES);
      int stride = sizes.get(Call.INNER);
      int start = Call.start(sizes, row);
      float reference = RowSum.reference(sums, row);
      float[] s = new float[Lanes.COUNT];
      float all = 0f;
      for (int from = 0; from < classes; from += Lanes.SEGMENT) {
        Lanes.clear(s);
        int end = TornadoMath.min(from + Lanes.SEGMENT, classes);
        for (int c = from; c < end; c++) {
          int index = start + c * stride;
          float g = Call.upstreamAt(sizes, upstreams, index);
          int lane = c % Lanes.COUNT;
          s[lane] = s[lane] + (input.get(index) == reference ? g : 0f);
        }
        all += Lanes.sum(s);
      }
      dots.set(2 * row + 1, all);
      Call.mark(sizes, marks, row);
    }
  }

  /** The gradient of softmax: p (g - sum g p). */
  static void gradient(
      IntArray sizes,
      FloatArray powers,
      FloatArray input,
      FloatArray upstreams,
      FloatArray sums,
      FloatArray softmax,
      FloatArray dots,
      FloatArray gradient,
      IntArray stripMarks) {
    for (@Parallel int item = 0; item < Strip.count(sizes); item++) {
      Strip strip = Strip.of(sizes, item);
      int row = strip.row();
      int stride = sizes.get(Call.INNER);
      int start = Call.start(sizes, row);
      RowSoftmax of = RowSoftmax.load(sums, softmax, row);
      DoubleWord all = DoubleWord.of(-dots.get(2 * row));
      DoubleWord tied = of.tiedShare().by(dots.get(2 * row + 1)).negated();
      for (int c = strip.first(); c < strip.end(); c += strip.step()) {
        int index = start + c * stride;
        float x = input.get(index);
        float g = Call.upstreamAt(sizes, upstreams, index);
        DoubleWord p = of.probability(powers, x);
        boolean alone = x == of.row().reference() & of.row().ties() == 1f;
        DoubleWord left =
            DoubleWord.choose(alone, of.complement(x, p).by(g), DoubleWord.of(g).plus(tied));
        gradient.set(index, left.plus(all).times(p));
      }
      Call.mark(sizes, stripMarks, item);
    }
  }

  /** Of the gradient of the logarithm: the sum of g. */
  static void total(IntArray sizes, FloatArray upstreams, FloatArray dots, IntArray marks) {
    for (@Parallel int row = 0; row < sizes.get(Call.ROWS); row++) {
      int classes = sizes.get(Call.CLASSES);
      int stride = sizes.get(Call.INNER);
      int start = Call.start(sizes, row);
      float[] s = new float[Lanes.COUNT];
      float all = 0f;
      for (int from = 0; from < classes; from += Lanes.SEGMENT) {
        Lanes.clear(s);
        int end = TornadoMath.min(from + Lanes.SEGMENT, classes);
        for (int c = from; c < end; c++) {
          int lane = c % Lanes.COUNT;
          s[lane] = s[lane] + Call.upstreamAt(sizes, upstreams, start + c * stride);
        }
        all += Lanes.sum(s);
      }
      dots.set(2 * row, all);
      Call.mark(sizes, marks, row);
    }
  }

  /** The gradient of the logarithm of softmax: g - p sum g. */
  static void logGradient(
      IntArray sizes,
      FloatArray powers,
      FloatArray input,
      FloatArray upstreams,
      FloatArray sums,
      FloatArray softmax,
      FloatArray dots,
      FloatArray gradient,
      IntArray stripMarks) {
    for (@Parallel int item = 0; item < Strip.count(sizes); item++) {
      Strip strip = Strip.of(sizes, item);
      int row = strip.row();
      int stride = sizes.get(Call.INNER);
      int start = Call.start(sizes, row);
      RowSoftmax of = RowSoftmax.load(sums, softmax, row);
      DoubleWord all = DoubleWord.of(-dots.get(2 * row));
      for (int c = strip.first(); c < strip.end(); c += strip.step()) {
        int index = start + c * stride;
        DoubleWord p = of.probability(powers, input.get(index));
        DoubleWord g = DoubleWord.of(-Call.upstreamAt(sizes, upstreams, index));
        gradient.set(index, all.timesLess(p, g));
      }
      Call.mark(sizes, stripMarks, item);
    }
  }
}
