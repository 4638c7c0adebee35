// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * The order in which a row is summed, the same on every device and in every layout; {@code
 * kernels/order.clh} has the same numbers.
 *
 * <p>A row is cut into segments of {@value #SEGMENT} classes. Inside a segment element j belongs to
 * lane j mod {@value #LANES}, and each lane adds its elements in order. Then lane l takes lane l +
 * w for w = 16, 8, 4, 2, 1, and the segments' sums are added in order.
 */
final class RowOrder {
  static final int SEGMENT = 2048;
  static final int LANES = 32;

  private RowOrder() {}

  /** Adds the lanes of a segment in order. */
  static double sum(double[] lanes, Arithmetic arithmetic) {
    for (int width = LANES / 2; width >= 1; width /= 2) {
      for (int lane = 0; lane < width; lane++) {
        lanes[lane] = arithmetic.round(lanes[lane] + lanes[lane + width]);
      }
    }
    return lanes[0];
  }
}
