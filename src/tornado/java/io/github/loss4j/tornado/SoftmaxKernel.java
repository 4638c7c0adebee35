// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The softmax of rows, one work-item per row: the first two kernels of all that need one. */
final class SoftmaxKernel {
  private SoftmaxKernel() {}

  /** The sums of rows seen from their labels' logits; those of ignored rows from the first. */
  static void sumsFromLabels(
      IntArray sizes,
      FloatArray powers,
      FloatArray input,
      IntArray labels,
      FloatArray sums,
      IntArray marks) {
    for (@Parallel int row = 0; row < sizes.get(Call.ROWS); row++) {
      int stride = sizes.get(Call.INNER);
      int start = Call.start(sizes, row);
      float target = input.get(start + TornadoMath.max(labels.get(row), 0) * stride);
      RowSum.from(powers, input, start, stride, sizes.get(Call.CLASSES), target).store(sums, row);
      Call.mark(sizes, marks, row);
    }
  }

  /** The sums of rows seen from their largest logits. */
  static void sumsFromLargest(
      IntArray sizes,
      FloatArray numbers,
      FloatArray powers,
      FloatArray input,
      FloatArray sums,
      IntArray marks) {
    for (@Parallel int row = 0; row < sizes.get(Call.ROWS); row++) {
      int stride = sizes.get(Call.INNER);
      int start = Call.start(sizes, row);
      float nan = numbers.get(Call.NAN);
      RowSum.fromLargest(powers, input, start, stride, sizes.get(Call.CLASSES), nan)
          .store(sums, row);
      Call.mark(sizes, marks, row);
    }
  }

  /** What the sums make. */
  static void softmaxOfSums(
      IntArray sizes,
      FloatArray numbers,
      FloatArray powers,
      FloatArray sums,
      FloatArray softmax,
      IntArray marks) {
    for (@Parallel int row = 0; row < sizes.get(Call.ROWS); row++) {
      RowSoftmax.of(powers, numbers.get(Call.NAN), RowSum.load(sums, row)).store(softmax, row);
      Call.mark(sizes, marks, row);
    }
  }
}
