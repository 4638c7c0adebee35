// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import io.github.loss4j.host.Matrix;
import io.github.loss4j.host.MatrixProduct;
import io.github.loss4j.host.Rows;
import java.util.Arrays;

/**
 * A product of matrices, a tile of the result at a time: a chunk of the inner dimension is copied
 * together for the tile, and then serves all its rows. {@code kernels/matrix_product.cl} adds in
 * the same order.
 */
final class MatrixProductTile implements RowTask {
  private static final int ROWS = 32;
  private static final int COLUMNS = 256;
  private static final int CHUNK = MatrixProduct.CHUNK;

  private final MatrixProduct task;
  private final Arithmetic arithmetic;
  private final double[] left = new double[ROWS * CHUNK];
  private final double[][] right = new double[CHUNK][COLUMNS];
  private final double[][] sums = new double[ROWS][COLUMNS];
  private final double[] chunkSums = new double[COLUMNS];

  MatrixProductTile(MatrixProduct task, Arithmetic arithmetic) {
    this.task = task;
    this.arithmetic = arithmetic;
  }

  /** The tiles as rows that have an element for every product. */
  static Rows tiles(MatrixProduct task) {
    long tiles = Math.ceilDiv(task.rows(), ROWS) * Math.ceilDiv(task.columns(), COLUMNS);
    int products = Math.clamp(task.inner(), 1, CHUNK) * ROWS * COLUMNS;
    return new Rows(tiles, products, 1);
  }

  @Override
  public void compute(long tile) {
    long across = Math.ceilDiv(task.columns(), COLUMNS);
    long row = tile / across * ROWS;
    long column = tile % across * COLUMNS;
    int rows = (int) Math.min(ROWS, task.rows() - row);
    int columns = (int) Math.min(COLUMNS, task.columns() - column);
    start(row, column, rows, columns);
    for (long inner = 0; inner < task.inner(); inner += CHUNK) {
      int count = (int) Math.min(CHUNK, task.inner() - inner);
      copyLeft(row, inner, rows, count);
      copyRight(inner, column, count, columns);
      for (int i = 0; i < rows; i++) {
        addChunk(i, count, columns);
      }
    }
    Tensor result = task.result();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result.setDouble((row + i) * task.columns() + column + j, sums[i][j]);
      }
    }
  }

  private void start(long row, long column, int rows, int columns) {
    Tensor start = task.start();
    for (int i = 0; i < rows; i++) {
      long from = (row + i) * task.startStride() + column;
      for (int j = 0; j < columns; j++) {
        sums[i][j] = start == null ? 0 : start.getDouble(from + j);
      }
    }
  }

  private void copyLeft(long row, long inner, int rows, int count) {
    Matrix matrix = task.left();
    for (int i = 0; i < rows; i++) {
      for (int k = 0; k < count; k++) {
        left[i * CHUNK + k] = element(matrix, row + i, inner + k);
      }
    }
  }

  private void copyRight(long inner, long column, int count, int columns) {
    Matrix matrix = task.right();
    for (int j = 0; j < columns; j++) {
      for (int k = 0; k < count; k++) {
        right[k][j] = element(matrix, inner + k, column + j);
      }
    }
  }

  private static double element(Matrix matrix, long row, long column) {
    return matrix.tensor().getDouble(row * matrix.rowStride() + column * matrix.columnStride());
  }

  private void addChunk(int i, int count, int columns) {
    Arrays.fill(chunkSums, 0, columns, 0);
    for (int k = 0; k < count; k++) {
      arithmetic.addProducts(left[i * CHUNK + k], right[k], columns, chunkSums);
    }
    double[] row = sums[i];
    for (int j = 0; j < columns; j++) {
      row[j] = arithmetic.round(row[j] + chunkSums[j]);
    }
  }
}
