// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import io.github.loss4j.host.RowOrder;

/** The lanes of a segment of a row, in the order of {@link RowOrder}. */
final class Lanes {
  static final int SEGMENT = RowOrder.SEGMENT;
  static final int COUNT = RowOrder.LANES;

  private Lanes() {}

  static void clear(float[] s) {
    for (int lane = 0; lane < COUNT; lane++) {
      s[lane] = 0f;
    }
  }

  /** Lane l takes lane l + w for w = 16, 8, 4, 2, 1; the lanes are used up. */
  static float sum(float[] s) {
    for (int width = COUNT / 2; width >= 1; width = width >> 1) {
      for (int lane = 0; lane < width; lane++) {
        s[lane] = s[lane] + s[lane + width];
      }
    }
    return s[0];
  }
}
