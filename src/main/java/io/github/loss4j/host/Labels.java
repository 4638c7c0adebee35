// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LossTotals;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Index targets. They are checked before anything is launched, so a kernel never meets a label that
 * is not a class.
 *
 * @param targets labels of any integer type, one per row
 * @param classes how many classes there are
 * @param ignoreIndex the label of rows that do not count
 * @param firstRow what row 0 is called in messages
 */
record Labels(Tensor targets, int classes, long ignoreIndex, long firstRow) {
  /** What kernels see in place of a label that is ignored. */
  private static final int IGNORED = -1;

  /** Checks every label, and adds the weights of the rows to the totals. */
  void check(@Nullable Tensor weight, LossTotals totals) {
    long ignored = 0;
    for (long row = 0; row < targets.size(); row++) {
      int label = at(row);
      if (label == IGNORED) {
        ignored++;
      } else if (weight != null) {
        totals.addWeight(weight.getDouble(label));
      }
    }
    if (weight == null) {
      totals.addWeight(1, targets.size() - ignored);
    }
    totals.addIgnored(ignored);
  }

  /** The labels of a piece as kernels take them. */
  Tensor of(Piece piece) {
    long rows = piece.rows().count();
    Tensor labels = Scratch.perRow(DType.I32, rows);
    for (long row = 0; row < rows; row++) {
      // Checked once more: the memory is the caller's, and a kernel must not index with what has
      // become of it.
      labels.setLong(row, at(piece.firstRow() + row));
    }
    return labels;
  }

  private int at(long row) {
    long label = targets.getLong(row);
    if (label == ignoreIndex) {
      return IGNORED;
    }
    if (label < 0 || label >= classes) {
      throw new InvalidInputException(
          "row %d has label %d, but labels must be from 0 to %d (or %d, which is ignored)"
              .formatted(firstRow + row, label, classes - 1, ignoreIndex));
    }
    return (int) label;
  }
}
