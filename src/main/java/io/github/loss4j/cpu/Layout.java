// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowOrder;
import io.github.loss4j.host.Rows;

/** How rows lie in memory, as far as loops differ by it. */
enum Layout {
  /** A row in each lane: rows that are short, or whose elements have others between them. */
  IN_LANES,
  /** Rows that are summed one by one, and finished in blocks. */
  IN_BLOCKS,
  /** Each row by itself. */
  ROW_BY_ROW;

  /** Rows up to so long are done with a row in each lane. */
  private static final int MAX_IN_LANES = 1 << 6;

  /** Of longer rows too few make a batch. */
  private static final int MAX_IN_BLOCKS = 1 << 12;

  static Layout of(Rows rows) {
    if (rows.inner() > 1) {
      return rows.classes() <= RowOrder.SEGMENT ? IN_LANES : ROW_BY_ROW;
    }
    if (rows.classes() <= MAX_IN_LANES) {
      return IN_LANES;
    }
    return rows.classes() <= MAX_IN_BLOCKS ? IN_BLOCKS : ROW_BY_ROW;
  }
}
