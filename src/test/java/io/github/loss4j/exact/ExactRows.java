// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import io.github.loss4j.Tensor;

/** The rows of a tensor along an axis, and the place of each element. */
final class ExactRows {
  private final Tensor tensor;
  private final int classes;
  private final int inner;
  private final int count;

  ExactRows(Tensor tensor, int axis) {
    this.tensor = tensor;
    classes = tensor.rank() == 0 ? 1 : Math.toIntExact(tensor.extent(axis));
    int product = 1;
    for (int after = axis + 1; after < tensor.rank(); after++) {
      product *= Math.toIntExact(tensor.extent(after));
    }
    inner = product;
    count = tensor.size() == 0 ? emptyRows(axis) : Math.toIntExact(tensor.size() / classes);
  }

  private int emptyRows(int axis) {
    long rows = 1;
    for (int other = 0; other < tensor.rank(); other++) {
      rows *= other == axis ? 1 : tensor.extent(other);
    }
    return Math.toIntExact(rows);
  }

  int count() {
    return count;
  }

  int classes() {
    return classes;
  }

  int size() {
    return Math.toIntExact(tensor.size());
  }

  /** The row-major position of an element. */
  int position(int row, int c) {
    return (row / inner * classes + c) * inner + row % inner;
  }

  double[] row(int row) {
    double[] elements = new double[classes];
    for (int c = 0; c < classes; c++) {
      elements[c] = tensor.getDouble(position(row, c));
    }
    return elements;
  }

  /** As 0 rows where there are no classes. */
  ExactSoftmax softmax(int row) {
    return softmax(row, ExactTransform.NONE);
  }

  /** The same of what the elements are transformed to. */
  ExactSoftmax softmax(int row, ExactTransform transform) {
    return new ExactSoftmax(row(row), transform);
  }
}
