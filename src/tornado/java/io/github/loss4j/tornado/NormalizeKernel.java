// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static io.github.loss4j.tornado.Arithmetic.fma;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Softmax of rows, its logarithm, and their gradients, one work-item per row, after {@link
 * SoftmaxKernel}. {@code kernels/normalize.cl} is the same in OpenCL C.
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
      IntArray marks,
      int capacity) {
    for (@Parallel int row = 0; row < capacity; row++) {
      if (row < sizes.get(Call.ROWS)) {
        int stride = sizes.get(Call.INNER);
        int start = Call.start(sizes, row);
        RowSoftmax of = RowSoftmax.load(sums, softmax, row);
        for (int c = 0; c < sizes.get(Call.CLASSES); c++) {
          int index = start + c * stride;
          output.set(index, of.probability(powers, input.get(index)).rounded());
        }
        Call.mark(marks, row);
      }
    }
  }

  static void logProbabilities(
      IntArray sizes,
      FloatArray input,
      FloatArray sums,
      FloatArray softmax,
      FloatArray output,
      IntArray marks,
      int capacity) {
    for (@Parallel int row = 0; row < capacity; row++) {
      if (row < sizes.get(Call.ROWS)) {
        int stride = sizes.get(Call.INNER);
        int start = Call.start(sizes, row);
        RowSoftmax of = RowSoftmax.load(sums, softmax, row);
        for (int c = 0; c < sizes.get(Call.CLASSES); c++) {
          int index = start + c * stride;
          output.set(index, of.logProbability(input.get(index)));
        }
        Call.mark(marks, row);
      }
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
      FloatArray gradient,
      IntArray marks,
      int capacity) {
    for (@Parallel int row = 0; row < capacity; row++) {
      if (row < sizes.get(Call.ROWS)) {
        int stride = sizes.get(Call.INNER);
        int start = Call.start(sizes, row);
        RowSoftmax of = RowSoftmax.load(sums, softmax, row);
        float reference = of.row().reference();
        float ofOthers = weighted(sizes, powers, input, upstreams, start, of);
        float ofTied = tied(sizes, input, upstreams, start, reference);
        DoubleWord tiedPart = of.tiedShare().by(ofTied).negated();
        for (int c = 0; c < sizes.get(Call.CLASSES); c++) {
          int index = start + c * stride;
          float x = input.get(index);
          float g = Call.upstreamAt(sizes, upstreams, index);
          DoubleWord p = of.probability(powers, x);
          boolean alone = x == reference & of.row().ties() == 1f;
          DoubleWord left =
              DoubleWord.choose(alone, of.complement(x, p).by(g), DoubleWord.of(g).plus(tiedPart));
          gradient.set(index, left.plus(DoubleWord.of(-ofOthers)).times(p));
        }
        Call.mark(marks, row);
      }
    }
  }

  /** The sum of g p over the elements that differ from the reference. */
  private static float weighted(
      IntArray sizes,
      FloatArray powers,
      FloatArray input,
      FloatArray upstreams,
      int start,
      RowSoftmax of) {
    int classes = sizes.get(Call.CLASSES);
    float[] s = new float[Lanes.COUNT];
    float all = 0f;
    for (int from = 0; from < classes; from += Lanes.SEGMENT) {
      Lanes.clear(s);
      int end = TornadoMath.min(from + Lanes.SEGMENT, classes);
      for (int c = from; c < end; c++) {
        int index = start + c * sizes.get(Call.INNER);
        float x = input.get(index);
        float g = x == of.row().reference() ? 0f : Call.upstreamAt(sizes, upstreams, index);
        int lane = c % Lanes.COUNT;
        s[lane] = fma(g, of.probability(powers, x).rounded(), s[lane]);
      }
      all += Lanes.sum(s);
    }
    return all;
  }

  /** The sum of g over the elements that do not. */
  private static float tied(
      IntArray sizes, FloatArray input, FloatArray upstreams, int start, float reference) {
    int classes = sizes.get(Call.CLASSES);
    float[] s = new float[Lanes.COUNT];
    float all = 0f;
    for (int from = 0; from < classes; from += Lanes.SEGMENT) {
      Lanes.clear(s);
      int end = TornadoMath.min(from + Lanes.SEGMENT, classes);
      for (int c = from; c < end; c++) {
        int index = start + c * sizes.get(Call.INNER);
        float g = Call.upstreamAt(sizes, upstreams, index);
        int lane = c % Lanes.COUNT;
        s[lane] = s[lane] + (input.get(index) == reference ? g : 0f);
      }
      all += Lanes.sum(s);
    }
    return all;
  }

  /** The gradient of the logarithm of softmax: g - p sum g. */
  static void logGradient(
      IntArray sizes,
      FloatArray powers,
      FloatArray input,
      FloatArray upstreams,
      FloatArray sums,
      FloatArray softmax,
      FloatArray gradient,
      IntArray marks,
      int capacity) {
    for (@Parallel int row = 0; row < capacity; row++) {
      if (row < sizes.get(Call.ROWS)) {
        int stride = sizes.get(Call.INNER);
        int start = Call.start(sizes, row);
        RowSoftmax of = RowSoftmax.load(sums, softmax, row);
        DoubleWord all = DoubleWord.of(-upstreamSum(sizes, upstreams, start));
        for (int c = 0; c < sizes.get(Call.CLASSES); c++) {
          int index = start + c * stride;
          DoubleWord p = of.probability(powers, input.get(index));
          DoubleWord g = DoubleWord.of(-Call.upstreamAt(sizes, upstreams, index));
          gradient.set(index, all.timesLess(p, g));
        }
        Call.mark(marks, row);
      }
    }
  }

  private static float upstreamSum(IntArray sizes, FloatArray upstreams, int start) {
    int classes = sizes.get(Call.CLASSES);
    float[] s = new float[Lanes.COUNT];
    float all = 0f;
    for (int from = 0; from < classes; from += Lanes.SEGMENT) {
      Lanes.clear(s);
      int end = TornadoMath.min(from + Lanes.SEGMENT, classes);
      for (int c = from; c < end; c++) {
        int lane = c % Lanes.COUNT;
        int index = start + c * sizes.get(Call.INNER);
        s[lane] = s[lane] + Call.upstreamAt(sizes, upstreams, index);
      }
      all += Lanes.sum(s);
    }
    return all;
  }
}
