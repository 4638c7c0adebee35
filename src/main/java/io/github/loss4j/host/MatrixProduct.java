// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.DType;
import io.github.loss4j.LinearRequest;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A product of matrices, added to what is there: result = start + left right.
 *
 * <p>The order of each element's sum is the same on every device: the inner dimension is cut into
 * chunks of {@value #CHUNK}; inside a chunk the products are added in order to 0 by fused
 * multiply-adds, and the chunks' sums are added in order to the start. So a product along a range
 * of the inner dimension whose length is a multiple of {@value #CHUNK} can be started from the
 * product along what precedes it, with the same bits as if both were one.
 *
 * @param left of shape (rows, inner)
 * @param right of shape (inner, columns)
 * @param start what the sums start from, of the arithmetic type: of the result's size, or one row
 *     for all rows; the result itself to add to it; null for 0
 * @param result of size rows times columns, dense, and of any floating type; at least one element
 * @param arithmetic F32 or F64
 */
public record MatrixProduct(
    Matrix left, Matrix right, @Nullable Tensor start, Tensor result, DType arithmetic) {

  /** How many products are added to one another before their sum is added to others. */
  public static final int CHUNK = LinearRequest.LEAST_ROWS;

  /**
   * The number of rows of the result.
   *
   * @return the left matrix's
   */
  public long rows() {
    return left.rows();
  }

  /**
   * The number of columns of the result.
   *
   * @return the right matrix's
   */
  public long columns() {
    return right.columns();
  }

  /**
   * The number of products in each sum.
   *
   * @return the left matrix's columns, which are as many as the right matrix's rows
   */
  public long inner() {
    return left.columns();
  }

  /**
   * The distance of rows of {@link #start()}.
   *
   * @return in elements; 0 if there is one row for all
   */
  public long startStride() {
    return start != null && start.size() == columns() ? 0 : columns();
  }
}
