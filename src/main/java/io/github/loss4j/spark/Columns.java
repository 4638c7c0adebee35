// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import io.github.loss4j.DType;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The columns that an evaluation reads, by their names.
 *
 * @param logits of the logits
 * @param targets of the labels
 * @param segments of the segments' ids; null if there are none
 * @param rowId of what the rows are called; null if they have no names
 * @param dtype of the logits in a binary column
 */
record Columns(
    String logits, String targets, @Nullable String segments, @Nullable String rowId, DType dtype)
    implements Serializable {
  static final int LOGITS = 0;
  static final int TARGET = 1;
  static final int SEGMENT = 2;
  static final int ROW_ID = 3;

  Columns withLogits(String column) {
    return new Columns(column, targets, segments, rowId, dtype);
  }

  Columns withTargets(String column) {
    return new Columns(logits, column, segments, rowId, dtype);
  }

  Columns withSegments(@Nullable String column) {
    return new Columns(logits, targets, column, rowId, dtype);
  }

  Columns withRowId(String column) {
    return new Columns(logits, targets, segments, column, dtype);
  }

  Columns withDtype(DType type) {
    return new Columns(logits, targets, segments, rowId, type);
  }

  /** The name of a column by its position. */
  String name(int position) {
    String name =
        switch (position) {
          case LOGITS -> logits;
          case TARGET -> targets;
          case SEGMENT -> segments;
          default -> rowId;
        };
    return String.valueOf(name);
  }
}
