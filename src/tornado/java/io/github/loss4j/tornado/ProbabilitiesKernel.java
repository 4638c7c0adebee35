// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static io.github.loss4j.tornado.Arithmetic.fma;
import static io.github.loss4j.tornado.Arithmetic.sum;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Cross-entropy of rows of logits and target probabilities, one work-item per row, and its
 * gradients, one per {@link Strip}, after the softmax. {@code
 * kernels/cross_entropy_probabilities.cl} is the same in OpenCL C.
 */
final class ProbabilitiesKernel {
  private ProbabilitiesKernel() {}

  /** The factor of -log p of a class: its weight times its smoothed target. */
  private static float coefficient(
      IntArray sizes, FloatArray numbers, FloatArray weights, float target, int c) {
    DoubleWord keep = Call.keep(numbers);
    float spread = numbers.get(Call.SPREAD);
    float smoothed = fma(keep.head(), target, fma(keep.tail(), target, spread));
    boolean plain = sizes.get(Call.SMOOTHED) == 0;
    return Call.weight(sizes, weights, c) * (plain ? target : smoothed);
  }

  static void losses(
      IntArray sizes,
      FloatArray numbers,
      FloatArray input,
      FloatArray targets,
      FloatArray weights,
      FloatArray sums,
      FloatArray softmax,
      FloatArray losses,
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
          float a = coefficient(sizes, numbers, weights, targets.get(index), c);
          int lane = c % Lanes.COUNT;
          s[lane] = fma(a, of.logProbability(input.get(index)), s[lane]);
        }
        all += Lanes.sum(s);
      }
      losses.set(row, -all);
      Call.mark(sizes, marks, row);
    }
  }

  /** The sum of each row's coefficients, which the gradient needs. */
  static void coefficients(
      IntArray sizes,
      FloatArray numbers,
      FloatArray targets,
      FloatArray weights,
      FloatArray dots,
      IntArray marks) {
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
          float a = coefficient(sizes, numbers, weights, targets.get(start + c * stride), c);
          int lane = c % Lanes.COUNT;
          s[lane] = sum(a, s[lane]);
        }
        all += Lanes.sum(s);
      }
      dots.set(2 * row, all);
      Call.mark(sizes, marks, row);
    }
  }

  /** With respect to the logits. */
  static void gradient(
      IntArray sizes,
      FloatArray numbers,
      FloatArray powers,
      FloatArray input,
      FloatArray targets,
      FloatArray weights,
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
      DoubleWord upstream = Call.upstream(sizes, numbers, upstreams, row);
      DoubleWord push = upstream.by(DoubleWord.of(dots.get(2 * row)));
      for (int c = strip.first(); c < strip.end(); c += strip.step()) {
        int index = start + c * stride;
        float a = coefficient(sizes, numbers, weights, targets.get(index), c);
        DoubleWord p = of.probability(powers, input.get(index));
        gradient.set(index, push.timesLess(p, upstream.by(a)));
      }
      Call.mark(sizes, stripMarks, item);
    }
  }

  /** With respect to the targets. */
  static void targetGradient(
      IntArray sizes,
      FloatArray numbers,
      FloatArray input,
      FloatArray weights,
      FloatArray upstreams,
      FloatArray sums,
      FloatArray softmax,
      FloatArray gradient,
      IntArray stripMarks) {
    for (@Parallel int item = 0; item < Strip.count(sizes); item++) {
      Strip strip = Strip.of(sizes, item);
      int row = strip.row();
      int stride = sizes.get(Call.INNER);
      int start = Call.start(sizes, row);
      RowSoftmax of = RowSoftmax.load(sums, softmax, row);
      DoubleWord upstream = Call.upstream(sizes, numbers, upstreams, row);
      for (int c = strip.first(); c < strip.end(); c += strip.step()) {
        int index = start + c * stride;
        DoubleWord kept = Call.keep(numbers).by(Call.weight(sizes, weights, c));
        DoubleWord nll = of.logProbabilityWord(input.get(index)).negated();
        gradient.set(index, upstream.times(nll.by(kept)));
      }
      Call.mark(sizes, stripMarks, item);
    }
  }
}
