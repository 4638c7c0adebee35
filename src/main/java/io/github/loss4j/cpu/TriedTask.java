// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.Rows;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Rows in plain Java, and some of them with the Vector API to see which is the faster. */
final class TriedTask implements RowTask {
  /** So many elements are computed to try it, and at least a row. */
  private static final int TRIED_ELEMENTS = 1 << 12;

  private final LoopChoice choice;
  private final long classes;
  private final long triedRows;
  private final RowTask plain;
  private final Supplier<RowTask> vectors;
  private @Nullable RowTask vector;

  /**
   * Either way.
   *
   * @param choice learns which is the faster
   * @param rows of which these are some
   * @param plain computes them in plain Java
   * @param vectors makes what computes them with vectors
   */
  TriedTask(LoopChoice choice, Rows rows, RowTask plain, Supplier<RowTask> vectors) {
    this.choice = choice;
    this.plain = plain;
    this.vectors = vectors;
    classes = rows.classes();
    triedRows =
        Layout.of(rows) == Layout.IN_LANES
            ? FloatSoftmaxBlock.LENGTH
            : Math.max(1, TRIED_ELEMENTS / classes);
  }

  @Override
  public void compute(long row) {
    compute(row, row + 1);
  }

  @Override
  public void compute(long from, long to) {
    long row = from;
    while (row < to && !choice.isOfVectors()) {
      long end = Math.min(to, row + triedRows);
      if (!tryVectors(row, end)) {
        computePlain(row, to);
        return;
      }
      row = end;
    }
    if (row < to) {
      vector().compute(row, to);
    }
  }

  private boolean tryVectors(long from, long to) {
    return choice.tryVectors((to - from) * classes, this::vector, () -> vector().compute(from, to));
  }

  private void computePlain(long from, long to) {
    choice.computePlain((to - from) * classes, () -> plain.compute(from, to));
  }

  private RowTask vector() {
    if (vector == null) {
      vector = vectors.get();
    }
    return vector;
  }

  @Override
  public void finish() {
    plain.finish();
    if (vector != null) {
      vector.finish();
    }
  }
}
