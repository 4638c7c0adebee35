// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A run of consecutive rows that a backend computes in one call: whole outer slabs, which lie
 * together in memory, or, where one slab is too large, a range of the inner positions of one slab,
 * which is copied together.
 *
 * @param whole the rows it is a piece of
 * @param rows the layout of the piece alone
 * @param firstRow its first row among the whole
 */
record Piece(Rows whole, Rows rows, long firstRow) {

  /** So few that the per-row results of a piece fit into arrays and do not crowd the heap. */
  private static final long MAX_ROWS = 1 << 24;

  /** The piece that starts at a row and has at most a number of elements. */
  static Piece from(Rows whole, long firstRow, long maxElements) {
    return from(whole, firstRow, whole.count(), maxElements);
  }

  /** The same of rows before a row. */
  static Piece from(Rows whole, long firstRow, long end, long maxElements) {
    long left = end - firstRow;
    long slab = whole.classes() * whole.inner();
    long inner = firstRow % whole.inner();
    if (inner == 0 && slab <= maxElements && whole.inner() <= Math.min(left, MAX_ROWS)) {
      long most = Math.min(maxElements / slab, MAX_ROWS / whole.inner());
      long outer = Math.min(left / whole.inner(), most);
      return new Piece(whole, new Rows(outer, whole.classes(), whole.inner()), firstRow);
    }
    long most = Math.min(MAX_ROWS, Math.max(1, maxElements / whole.classes()));
    long count = Math.min(Math.min(whole.inner() - inner, left), most);
    return new Piece(whole, new Rows(1, whole.classes(), count), firstRow);
  }

  /** The row after the last. */
  long end() {
    return firstRow + rows.count();
  }

  /** The part of a tensor that has one element per row. */
  Tensor perRow(Tensor tensor) {
    return range(tensor, firstRow, rows.count());
  }

  /** The part of a tensor that has one element per row and class; a copy if it is scattered. */
  Tensor elements(Tensor tensor) {
    if (isContiguous()) {
      return range(tensor, whole.index(firstRow, 0), rows.size());
    }
    Tensor gathered = Tensor.allocate(tensor.dtype(), rows.size());
    copyRuns(tensor, gathered, false);
    return gathered;
  }

  /** The part of an operand of a loss that is computed element by element. */
  RowKernels.Operand operand(RowKernels.Operand all) {
    return all.period() > 0 ? all : new RowKernels.Operand(elements(all.tensor()), 0, 0);
  }

  /** The same for an operand that may be missing. */
  RowKernels.@Nullable Operand operandOrNull(RowKernels.@Nullable Operand all) {
    return all == null ? null : operand(all);
  }

  /**
   * Where a kernel writes a piece's part of a result that has one element per row and class.
   *
   * @param result the whole result
   * @param source the tensor that the result may overwrite
   * @param sourcePart what {@link #elements} gave for the source
   */
  Tensor destination(Tensor result, Tensor source, Tensor sourcePart) {
    return Checks.isSame(result, source) ? sourcePart : elements(result);
  }

  /** The same for a result that may not be wanted. */
  @Nullable Tensor destinationOrNull(@Nullable Tensor result, Tensor source, Tensor sourcePart) {
    return result == null ? null : destination(result, source, sourcePart);
  }

  /** Puts what a kernel has written to {@link #destination} into the whole result. */
  void putBack(@Nullable Tensor part, @Nullable Tensor result) {
    if (part != null && result != null && !isContiguous()) {
      copyRuns(result, part, true);
    }
  }

  private boolean isContiguous() {
    return rows.inner() == whole.inner();
  }

  private void copyRuns(Tensor scattered, Tensor gathered, boolean scatter) {
    for (int c = 0; c < rows.classes(); c++) {
      Tensor there = range(scattered, whole.index(firstRow, c), rows.inner());
      Tensor here = range(gathered, c * rows.inner(), rows.inner());
      if (scatter) {
        there.copyFrom(here);
      } else {
        here.copyFrom(there);
      }
    }
  }

  private static Tensor range(Tensor tensor, long from, long count) {
    return tensor.reshape(tensor.size()).slice(from, count);
  }
}
