// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels.Work;

/** Work of the host, shared out as rows are. */
record WorkTask(Work work) implements RowTask {
  @Override
  public void compute(long row) {
    work.compute(row, row + 1);
  }

  @Override
  public void compute(long from, long to) {
    work.compute(from, to);
  }
}
