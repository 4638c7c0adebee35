// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** A search of a row. {@code kernels/row.clh} is the same in OpenCL C. */
@SuppressWarnings("ShortCircuitBoolean") // as Arithmetic says
final class RowScan {
  private RowScan() {}

  /**
   * 1 if the element at a class is the first of the largest, where NaN counts as largest, else 0.
   */
  static int isFirstLargest(IntArray sizes, FloatArray input, int start, int label) {
    int stride = sizes.get(Call.INNER);
    float x = input.get(start + label * stride);
    boolean xIsNaN = Float.isNaN(x);
    int before = 0;
    for (int c = 0; c < sizes.get(Call.CLASSES); c++) {
      float y = input.get(start + c * stride);
      boolean yIsNaN = Float.isNaN(y);
      boolean larger = (yIsNaN & !xIsNaN) | y > x;
      boolean tied = (yIsNaN & xIsNaN) | y == x;
      before += larger | (tied & c < label) ? 1 : 0;
    }
    return before == 0 ? 1 : 0;
  }
}
