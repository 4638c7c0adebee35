// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import io.github.loss4j.host.DeviceMemoryException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Kernels compiled for a device, with their arrays: fill those that go to the device, {@link
 * #execute}, and read those that come back. One thread at a time.
 *
 * <p>Where TornadoVM cannot start a kernel it may say so on the standard error only, and leaves
 * results as they were. So every kernel marks what it has done, and the marks are looked at after
 * each execution.
 */
final class Plan implements AutoCloseable {
  private static final AtomicLong NUMBER = new AtomicLong();

  /** TornadoVM keeps a record of each execution for as long as a plan is open. */
  private static final int MOST_EXECUTIONS = 1 << 16;

  private final String device;
  private final TornadoExecutionPlan plan;
  private final Tasks.Marked marked;
  private final Grids grids;
  private int executions;

  final PlanArrays arrays;

  /**
   * Has TornadoVM read the kernels; the first execution compiles them.
   *
   * @throws TornadoFailureException if it cannot
   */
  Plan(PlanKey key, TornadoDevice device) {
    this.device = device.getPhysicalDevice().getDeviceName();
    arrays = new PlanArrays(key);
    // TornadoVM finds compiled kernels by the names of graph and task: these must be this plan's.
    TaskGraph graph = new TaskGraph("loss4j" + NUMBER.incrementAndGet());
    arrays.send(graph);
    grids = new Grids(device.getDeviceType() == TornadoDeviceType.GPU);
    marked = attempt("read the kernels", () -> Tasks.add(graph, grids, arrays, key));
    arrays.fetch(graph);
    plan =
        new TornadoExecutionPlan(graph.snapshot())
            .withDevice(device)
            .withGridScheduler(grids.scheduler());
  }

  /** Whether it is time for another. */
  boolean isWornOut() {
    return executions >= MOST_EXECUTIONS;
  }

  /**
   * Computes rows.
   *
   * @throws DeviceMemoryException if the device has no memory for the arrays
   * @throws TornadoFailureException if it has not computed all rows
   */
  void execute(int rows) {
    int ticket = ++executions;
    arrays.sizes.set(Call.TICKET, ticket);
    arrays.sizes.set(Call.ROWS, rows);
    int strips = rows * arrays.sizes.get(Call.STRIPS);
    grids.resize(rows, strips);
    attempt("compute", plan::execute);
    requireDone("row", arrays.marks, rows, ticket, marked.rowTasks());
    requireDone("strip", arrays.stripMarks, strips, ticket, marked.stripTasks());
  }

  private void requireDone(String what, IntArray marks, int count, int ticket, int tasks) {
    int undone = tasks == 0 ? -1 : Call.firstUndone(marks, count, Call.done(ticket, tasks));
    if (undone >= 0) {
      throw new TornadoFailureException(
          "TornadoVM did not run every kernel on %s, at least not for %s %,d of %,d; what it printed may tell why. The backends cpu and opencl do without it"
              .formatted(device, what, undone, count),
          null);
    }
  }

  /** TornadoVM throws Errors too, of several kinds. */
  private <T> T attempt(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (VirtualMachineError e) {
      throw e;
    } catch (TornadoOutOfMemoryException | TornadoMemoryException e) {
      throw new DeviceMemoryException("%s has no memory left".formatted(device), e);
    } catch (RuntimeException | Error e) {
      throw new TornadoFailureException(
          "TornadoVM could not %s on %s: %s; if the program used TornadoVM before loss4j, start Java with %s"
              .formatted(what, device, Reasons.of(e), TornadoProperties.asOptions()),
          e);
    }
  }

  @Override
  public void close() {
    try {
      plan.close();
    } catch (TornadoExecutionPlanException e) {
      throw new TornadoFailureException(
          "TornadoVM could not free memory of %s: %s".formatted(device, e.getMessage()), e);
    }
  }
}
