// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import io.github.loss4j.host.Rows;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The softmaxes of blocks of rows that lie in the lanes of vectors: what {@link RowSoftmax} is of
 * one row. Rows that are out of the ordinary have none here, and are left to it.
 */
final class SoftmaxColumns {
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;

  private final FloatColumns columns;
  private final FloatSoftmaxBlock block;
  private final ColumnTransfer source;
  private final boolean[] ordinary = new boolean[LENGTH];
  private final FloatVectorStages stages = new FloatVectorStages();
  private final boolean[] ignored = new boolean[LENGTH];
  private boolean allOrdinary;
  private boolean anyIgnored;

  /**
   * For rows of a tensor.
   *
   * @param block gets what is known of the rows
   * @param labels the classes that the rows of a block are seen from, if these are filled before
   *     each; null to see them from their largest elements
   */
  SoftmaxColumns(Tensor tensor, Rows rows, FloatSoftmaxBlock block, int @Nullable [] labels) {
    this.block = block;
    columns = new FloatColumns(rows.classes());
    source = new ColumnTransfer(tensor, rows);
    if (labels == null) {
      columns.addLargest(stages, block.references());
    } else {
      columns.addReferences(stages, labels, block.references());
    }
    columns.addSumOfOthers(stages, block.references(), block.sums(), block.exponents());
    stages.add(columns::findTied);
    stages.add(() -> allOrdinary = block.areAllOrdinary(columns.largest()));
  }

  FloatColumns columns() {
    return columns;
  }

  /** Which rows of the block are wanted and ordinary, or done otherwise. */
  boolean[] ordinary() {
    return ordinary;
  }

  /** Reads a block of rows, all of which are wanted. */
  void read(long first, int count) {
    block.begin(count);
    source.read(first, count, columns.elements());
    Arrays.fill(ordinary, 0, count, true);
  }

  /**
   * Sums the block that was read.
   *
   * @param all whether all rows are wanted
   */
  void sum(int count, boolean all) {
    stages.run();
    anyIgnored = false;
    int[] ties = columns.ties();
    if (all && count == LENGTH && allOrdinary) {
      int[] tied = columns.tiedRows();
      for (int k = 0; k < columns.tiedCount(); k++) {
        block.setTies(tied[k], ties[tied[k]]);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      boolean wanted = ordinary[i];
      ordinary[i] = block.isOrdinary(i, columns.largest()[i]);
      ignored[i] = ordinary[i] && !wanted;
      anyIgnored |= ignored[i];
      ordinary[i] &= wanted;
      if (ordinary[i]) {
        block.setTies(i, ties[i]);
      }
    }
  }

  /**
   * Makes gradients of the ordinary rows that are not wanted: as in PyTorch, that of an ignored row
   * is 0 where it has a softmax.
   */
  void clearIgnored(int count) {
    float[] gradients = columns.elements();
    for (int i = 0; i < count && anyIgnored; i++) {
      if (ignored[i]) {
        for (int at = i; at < gradients.length; at += LENGTH) {
          gradients[at] = 0;
        }
        ordinary[i] = true;
      }
    }
  }
}
