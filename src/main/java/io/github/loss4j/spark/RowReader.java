// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import static io.github.loss4j.spark.Columns.LOGITS;
import static io.github.loss4j.spark.Columns.ROW_ID;
import static io.github.loss4j.spark.Columns.SEGMENT;
import static io.github.loss4j.spark.Columns.TARGET;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.eval.Evaluation;
import java.io.Serializable;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Hands rows of a dataset to an evaluation; what cannot be evaluated it refuses with the column and
 * the row.
 *
 * @param columns what is read
 * @param type how the logits' column holds them
 * @param classes how many logits a row has
 * @param ignoreIndex the label of rows that do not count
 */
record RowReader(Columns columns, LogitsType type, int classes, long ignoreIndex)
    implements Serializable {

  DType dtype() {
    return type.dtype(columns.dtype());
  }

  /** Appends a row, which is the one of that number in its partition. */
  void append(Cells cells, int partition, long row, Evaluation evaluation) {
    MemorySegment logits;
    long target;
    long segment;
    long rowId;
    try {
      rowId = columns.rowId() == null ? row : integer(cells, ROW_ID);
      segment = columns.segments() == null ? 0 : integer(cells, SEGMENT);
      target = target(cells);
      logits = logits(cells);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "%s (row %d of partition %d%s)".formatted(e.getMessage(), row, partition, name(cells)));
    }
    evaluation.append(logits, dtype(), target, segment, rowId);
  }

  private String name(Cells cells) {
    return columns.rowId() == null || cells.isNull(ROW_ID)
        ? ""
        : ", %s = %d".formatted(columns.rowId(), cells.integer(ROW_ID));
  }

  private MemorySegment logits(Cells cells) {
    requireNotNull(cells, LOGITS);
    MemorySegment logits;
    try {
      logits = type.read(cells, LOGITS);
    } catch (InvalidInputException e) {
      throw fault(LOGITS, e.getMessage());
    }
    long bytes = (long) classes * dtype().bytes();
    if (logits.byteSize() != bytes) {
      throw fault(
          LOGITS,
          type == LogitsType.BYTES
              ? "%d bytes; %d classes of %s have %d"
                  .formatted(logits.byteSize(), classes, dtype(), bytes)
              : "%d logits; expected %d, one per class"
                  .formatted(logits.byteSize() / dtype().bytes(), classes));
    }
    return logits;
  }

  private long target(Cells cells) {
    long target = integer(cells, TARGET);
    if ((target < 0 || target >= classes) && target != ignoreIndex) {
      throw fault(
          TARGET,
          "%d is no class; expected 0 to %d, or %d for a row that is ignored"
              .formatted(target, classes - 1, ignoreIndex));
    }
    return target;
  }

  private long integer(Cells cells, int position) {
    requireNotNull(cells, position);
    return cells.integer(position);
  }

  private void requireNotNull(Cells cells, int position) {
    if (cells.isNull(position)) {
      throw fault(position, "null");
    }
  }

  private InvalidInputException fault(int position, @Nullable String what) {
    return new InvalidInputException("column %s: %s".formatted(columns.name(position), what));
  }
}
