// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import jdk.incubator.vector.FloatVector;

/**
 * Makes columns of a block of contiguous rows, and rows of columns: element c of row i is c *
 * {@link FloatSoftmaxBlock#LENGTH} + i in the columns. A vector is gathered or scattered where
 * processors have an instruction for it, which takes a quarter to a half of the time.
 */
final class FloatVectorTransposition {
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;
  private static final int WIDTH = FloatVectors.WIDTH;

  /** AVX2 gathers, AVX-512 scatters too. */
  private static final int WIDTH_OF_GATHER = 8;

  private static final int WIDTH_OF_SCATTER = 16;

  private final int classes;

  /** Where the elements of a vector lie in the rows, from its first. */
  private final int[] places = new int[WIDTH];

  FloatVectorTransposition(int classes) {
    this.classes = classes;
    for (int i = 0; i < WIDTH; i++) {
      places[i] = i * classes;
    }
  }

  /** Reads some rows. */
  void toColumns(float[] rows, int count, float[] columns) {
    int gathered = WIDTH >= WIDTH_OF_GATHER ? count - count % WIDTH : 0;
    for (int c = 0; c < classes; c++) {
      gather(rows, c, columns, c * LENGTH, gathered);
      int at = gathered * classes + c;
      for (int i = gathered; i < count; i++) {
        columns[c * LENGTH + i] = rows[at];
        at += classes;
      }
    }
  }

  private void gather(float[] rows, int from, float[] columns, int into, int count) {
    for (int i = 0; i < count; i += WIDTH) {
      FloatVector.fromArray(FloatVectors.FLOATS, rows, from + i * classes, places, 0)
          .intoArray(columns, into + i);
    }
  }

  /** Writes some rows. */
  void toRows(float[] columns, int count, float[] rows) {
    int scattered = WIDTH >= WIDTH_OF_SCATTER ? count - count % WIDTH : 0;
    for (int c = 0; c < classes; c++) {
      scatter(columns, c * LENGTH, rows, c, scattered);
      int at = scattered * classes + c;
      for (int i = scattered; i < count; i++) {
        rows[at] = columns[c * LENGTH + i];
        at += classes;
      }
    }
  }

  private void scatter(float[] columns, int from, float[] rows, int into, int count) {
    for (int i = 0; i < count; i += WIDTH) {
      FloatVectors.at(columns, from + i).intoArray(rows, into + i * classes, places, 0);
    }
  }
}
