// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.WorkerGrid;
import uk.ac.manchester.tornado.api.WorkerGrid1D;

/**
 * How many work-items a plan's kernels have, and how they are grouped. By itself TornadoVM has one
 * for each place in the arrays, of which a call may use a quarter, and on a processor so large
 * groups that one core gets all.
 *
 * <p>Kernels are loops that go on in steps of all work-items, so that any number of these will do;
 * it must be a multiple of a group's, or TornadoVM prints a number and computes nothing.
 */
final class Grids {
  private static final int GPU_GROUP = 64;

  /** Few sizes, as drivers for processors compile kernels for each. */
  private static final int[] CPU_GROUPS = {1024, 128, 16, 1};

  /** So many groups keep all cores busy to the end. */
  private static final int ENOUGH_GROUPS = 64;

  private final boolean gpu;
  private final GridScheduler scheduler = new GridScheduler();
  private final WorkerGrid rows = new WorkerGrid1D(1);
  private final WorkerGrid strips = new WorkerGrid1D(1);

  Grids(boolean gpu) {
    this.gpu = gpu;
  }

  /** Has a task with a work-item per row. */
  void addRows(String graph, String task) {
    scheduler.addWorkerGrid(graph + "." + task, rows);
  }

  /** Has a task with a work-item per strip. */
  void addStrips(String graph, String task) {
    scheduler.addWorkerGrid(graph + "." + task, strips);
  }

  GridScheduler scheduler() {
    return scheduler;
  }

  /** Makes as many work-items as the next call needs. */
  void resize(int rowCount, int stripCount) {
    resize(rows, rowCount);
    resize(strips, stripCount);
  }

  private void resize(WorkerGrid grid, int count) {
    int group = gpu ? GPU_GROUP : cpuGroup(count);
    long groups = Math.max(1, Math.ceilDiv(count, group));
    grid.setGlobalWork(groups * group, 1, 1);
    grid.setLocalWork(group, 1, 1);
  }

  private static int cpuGroup(int count) {
    for (int group : CPU_GROUPS) {
      if (count / group >= ENOUGH_GROUPS) {
        return group;
      }
    }
    return 1;
  }
}
