// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

/**
 * The order in which a row is summed, the same on every device and in every layout; {@code
 * kernels/order.clh} has the same numbers.
 *
 * <p>A row is cut into segments of {@value #SEGMENT} classes. Inside a segment element j belongs to
 * lane j mod {@value #LANES}, and each lane adds its elements in order. Then lane l takes lane l +
 * w for w = 16, 8, 4, 2, 1, and the segments' sums are added in order.
 */
public final class RowOrder {
  /** The classes of a segment. */
  public static final int SEGMENT = 2048;

  /** The lanes of a segment. */
  public static final int LANES = 32;

  private RowOrder() {}

  /**
   * The number of segments of a row.
   *
   * @param classes how many classes the row has
   * @return at least 1 for a row that has any
   */
  public static int segments(int classes) {
    return Math.ceilDiv(classes, SEGMENT);
  }
}
