// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.DType;
import io.github.loss4j.ExactSum;
import io.github.loss4j.LossTotals;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Where the losses of a call's rows go. Kernels write all of them to {@link #tensor}; or only to
 * {@link #wanted}, and add their sum, which needs no memory where nobody wants them one by one.
 */
public final class RowLosses {
  private final DType dtype;
  private final long rows;
  private final @Nullable Tensor wanted;
  private @Nullable Tensor tensor;
  private @Nullable ExactSum sum;

  /**
   * Losses that are to be computed.
   *
   * @param dtype the arithmetic type
   * @param rows how many there are, one per row
   * @param wanted where they are wanted one by one: a tensor of the host's; null if only the sum is
   */
  public RowLosses(DType dtype, long rows, @Nullable Tensor wanted) {
    this.dtype = dtype;
    this.rows = rows;
    this.wanted = wanted;
    tensor = wanted;
  }

  /**
   * The type of the losses.
   *
   * @return the arithmetic type
   */
  public DType dtype() {
    return dtype;
  }

  /**
   * How many there are.
   *
   * @return one per row
   */
  public long rows() {
    return rows;
  }

  /**
   * Where they are wanted one by one.
   *
   * @return a tensor of the host's; null if only the sum is wanted
   */
  public @Nullable Tensor wanted() {
    return wanted;
  }

  /**
   * Where they can be written all, wanted or not.
   *
   * @return a tensor of the host's with one per row
   */
  public synchronized Tensor tensor() {
    if (tensor == null) {
      tensor = Scratch.perRow(dtype, rows);
    }
    return tensor;
  }

  /**
   * Adds the sum of some of them; if that of any is added, that of all must be. Threads may call at
   * the same time.
   *
   * @param part the sum, which is not used otherwise from now on
   */
  public synchronized void add(ExactSum part) {
    if (sum == null) {
      sum = part;
    } else {
      sum.merge(part);
    }
  }

  /** When all are computed. */
  synchronized void addTo(LossTotals totals) {
    if (sum == null) {
      totals.addLosses(tensor());
    } else {
      totals.addLosses(sum, rows);
    }
  }
}
