// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/** Rows that have losses. */
record SummedRows(RowTask task, LossWriter losses) implements RowTask {
  @Override
  public void compute(long row) {
    task.compute(row);
  }

  @Override
  public void compute(long from, long to) {
    task.compute(from, to);
  }

  @Override
  public void finish() {
    losses.finish();
  }
}
