// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;

/**
 * The rows of a dense tensor seen as (outer, classes, inner). Row r stands for outer index r /
 * inner and inner index r mod inner; its class c is element ((r / inner) classes + c) inner + r mod
 * inner. Rows are contiguous where inner is 1.
 *
 * @param outer the extent before the class axis
 * @param classes the extent of the class axis
 * @param inner the extent after the class axis
 */
public record Rows(long outer, int classes, long inner) {
  /** So many that a loop over segments of classes does not overflow an int. */
  private static final int MAX_CLASSES = 1 << 30;

  /**
   * The rows along an axis.
   *
   * @param tensor any tensor; a scalar counts as one row of one class
   * @param axis from 0 to rank - 1
   * @return the rows
   * @throws InvalidInputException if the axis has more than 2<sup>30</sup> classes
   */
  public static Rows along(Tensor tensor, int axis) {
    if (tensor.rank() == 0) {
      return new Rows(1, 1, 1);
    }
    if (tensor.extent(axis) > MAX_CLASSES) {
      throw new InvalidInputException(
          "%s has %,d classes; at most %,d are supported"
              .formatted(tensor, tensor.extent(axis), MAX_CLASSES));
    }
    long outer = 1;
    for (int i = 0; i < axis; i++) {
      outer *= tensor.extent(i);
    }
    long inner = 1;
    for (int i = axis + 1; i < tensor.rank(); i++) {
      inner *= tensor.extent(i);
    }
    return new Rows(outer, (int) tensor.extent(axis), inner);
  }

  /**
   * The number of rows.
   *
   * @return outer times inner
   */
  public long count() {
    return outer * inner;
  }

  /**
   * The number of elements.
   *
   * @return outer times classes times inner
   */
  public long size() {
    return outer * classes * inner;
  }

  /**
   * Where a row's class lies.
   *
   * @param row from 0 to count - 1
   * @param c the class
   * @return its element's position
   */
  public long index(long row, long c) {
    if (inner == 1) {
      return row * classes + c; // a division takes longer than all else
    }
    return ((row / inner) * classes + c) * inner + row % inner;
  }
}
