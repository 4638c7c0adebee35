// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.Tensor;

/**
 * A tensor seen as a matrix: its element (i, k) is element i rowStride + k columnStride of the
 * tensor.
 *
 * @param tensor the elements, floating
 * @param rows how many rows
 * @param columns how many columns
 * @param rowStride the distance of rows, in elements; 0 if all are the same
 * @param columnStride the distance of columns
 */
public record Matrix(Tensor tensor, long rows, long columns, long rowStride, long columnStride) {

  /** A dense tensor of two axes. */
  static Matrix of(Tensor tensor) {
    return dense(tensor, tensor.extent(0), tensor.extent(1));
  }

  /** A dense tensor with as many elements as the matrix. */
  static Matrix dense(Tensor tensor, long rows, long columns) {
    return new Matrix(tensor, rows, columns, columns, 1);
  }

  /** A row whose elements are all one number. */
  static Matrix constantRow(Tensor scalar, long columns) {
    return new Matrix(scalar, 1, columns, 0, 0);
  }

  /** The same elements with rows and columns exchanged. */
  Matrix transposed() {
    return new Matrix(tensor, columns, rows, columnStride, rowStride);
  }
}
