// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Negative log-likelihood -w_y x_y of rows of log-probabilities and labels, one work-item per row,
 * and its gradient, one per {@link Strip}. {@code kernels/nll.cl} is the same in OpenCL C.
 *
 * <p>Labels are a class per row, or -1 for a row that is ignored.
 */
final class NllKernel {
  private NllKernel() {}

  static void losses(
      IntArray sizes,
      FloatArray input,
      IntArray labels,
      FloatArray weights,
      FloatArray losses,
      IntArray correct,
      IntArray marks) {
    for (@Parallel int row = 0; row < sizes.get(Call.ROWS); row++) {
      int label = labels.get(row);
      int seen = TornadoMath.max(label, 0);
      int start = Call.start(sizes, row);
      float x = input.get(start + seen * sizes.get(Call.INNER));
      losses.set(row, label < 0 ? 0f : Call.weight(sizes, weights, seen) * -x);
      int first = 0;
      if (sizes.get(Call.CORRECT_WANTED) != 0) {
        first = RowScan.isFirstLargest(sizes, input, start, seen);
      }
      correct.set(row, label < 0 ? 0 : first);
      Call.mark(sizes, marks, row);
    }
  }

  static void gradient(
      IntArray sizes,
      FloatArray numbers,
      IntArray labels,
      FloatArray weights,
      FloatArray upstreams,
      FloatArray gradient,
      IntArray stripMarks) {
    for (@Parallel int item = 0; item < Strip.count(sizes); item++) {
      Strip strip = Strip.of(sizes, item);
      int label = labels.get(strip.row());
      int stride = sizes.get(Call.INNER);
      int start = Call.start(sizes, strip.row());
      float weight = Call.weight(sizes, weights, TornadoMath.max(label, 0));
      DoubleWord upstream = Call.upstream(sizes, numbers, upstreams, strip.row());
      float atLabel = upstream.times(-weight);
      for (int c = strip.first(); c < strip.end(); c += strip.step()) {
        gradient.set(start + c * stride, c == label ? atLabel : 0f);
      }
      Call.mark(sizes, stripMarks, item);
    }
  }
}
