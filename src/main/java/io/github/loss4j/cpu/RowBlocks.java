// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.Rows;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One kernel's work on blocks of neighbouring rows, which lie in one slab. */
abstract class RowBlocks implements RowTask {
  private static final boolean[] ALL = new boolean[FloatSoftmaxBlock.LENGTH];

  static {
    Arrays.fill(ALL, true);
  }

  private final Rows rows;
  private final int length;
  private final Supplier<RowTask> rowByRow;
  private @Nullable RowTask others;

  /**
   * For some rows.
   *
   * @param length the most of a block
   * @param rowByRow makes the task of rows that cannot be done in blocks, if there is one
   */
  RowBlocks(Rows rows, int length, Supplier<RowTask> rowByRow) {
    this.rows = rows;
    this.length = length;
    this.rowByRow = rowByRow;
  }

  /** The most rows of a block. */
  final int length() {
    return length;
  }

  @Override
  public final void compute(long row) {
    computeBlock(row, 1);
  }

  @Override
  public final void compute(long from, long to) {
    long row = from;
    while (row < to) {
      long inSlab = rows.inner() == 1 ? to - row : rows.inner() - row % rows.inner();
      int count = (int) Math.min(length, Math.min(to - row, inSlab));
      computeBlock(row, count);
      row += count;
    }
  }

  /**
   * Computes a block.
   *
   * @param first its first row
   * @param count how many it has
   */
  abstract void computeBlock(long first, int count);

  /** Whether it is said of all rows of a block, which is sooner known than of each. */
  static boolean areAll(boolean[] said, int count) {
    return Arrays.mismatch(said, 0, count, ALL, 0, count) < 0;
  }

  /** Computes the rows of a block that are not done. */
  final void computeOthers(boolean[] done, long first, int count) {
    if (areAll(done, count)) {
      return;
    }
    if (others == null) {
      others = rowByRow.get();
    }
    for (int i = 0; i < count; i++) {
      if (!done[i]) {
        others.compute(first + i);
      }
    }
  }
}
