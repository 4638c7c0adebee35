// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Rows;
import java.lang.foreign.ValueLayout;

/**
 * Brings blocks of rows into columns of F32 and back: element c of the block's row i is c * {@link
 * FloatSoftmaxBlock#LENGTH} + i in the columns. Rows of a block are neighbours, and lie in one slab
 * where they are not contiguous.
 */
final class ColumnTransfer {
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final Tensor tensor;
  private final Rows rows;
  private final FloatElements elements;
  private final FloatVectorTransposition transposition;

  /** A block as it lies in the tensor, where rows are contiguous. */
  private final float[] block;

  /**
   * From a tensor or to it.
   *
   * @param tensor of F32 or of 16 bits
   */
  ColumnTransfer(Tensor tensor, Rows rows) {
    this.tensor = tensor;
    this.rows = rows;
    block = new float[rows.inner() > 1 ? 0 : LENGTH * rows.classes()];
    elements = new FloatElements(Math.max(LENGTH, block.length));
    transposition = new FloatVectorTransposition(rows.classes());
  }

  /** Reads rows. */
  void read(long first, int count, float[] columns) {
    int classes = rows.classes();
    if (rows.inner() > 1) {
      for (int c = 0; c < classes; c++) {
        elements.read(tensor, rows.index(first, c), columns, c * LENGTH, count);
      }
    } else {
      elements.read(tensor, rows.index(first, 0), block, 0, count * classes);
      transposition.toColumns(block, count, columns);
    }
  }

  /**
   * Writes rows.
   *
   * @param wanted which of them
   */
  void write(long first, int count, float[] columns, boolean[] wanted) {
    if (!RowBlocks.areAll(wanted, count)) {
      writeWanted(first, count, columns, wanted);
      return;
    }
    int classes = rows.classes();
    if (rows.inner() > 1) {
      for (int c = 0; c < classes; c++) {
        elements.write(columns, c * LENGTH, tensor, rows.index(first, c), count);
      }
    } else {
      transposition.toRows(columns, count, block);
      elements.write(block, 0, tensor, rows.index(first, 0), count * classes);
    }
  }

  private void writeWanted(long first, int count, float[] columns, boolean[] wanted) {
    for (int i = 0; i < count; i++) {
      if (wanted[i]) {
        for (int c = 0; c < rows.classes(); c++) {
          set(rows.index(first + i, c), columns[c * LENGTH + i]);
        }
      }
    }
  }

  private void set(long index, float value) {
    if (tensor.dtype() == DType.F32) {
      tensor.memory().set(F32, index * Float.BYTES, value);
    } else {
      tensor.setDouble(index, value);
    }
  }
}
