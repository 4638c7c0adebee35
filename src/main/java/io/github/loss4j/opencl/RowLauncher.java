// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.host.RowOrder;
import io.github.loss4j.host.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jocl.cl_mem;
import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/** Launches the kernels of a {@link RowOperation} in the shape that suits device and rows. */
final class RowLauncher {
  private static final int SEGMENT_TEAM = LaunchPlan.SEGMENT_TEAM;

  /** As kernels/row.clh has them. */
  private static final int SOFTMAX_BYTES = 160;

  private static final int OTHERS_BYTES = 32;

  private static final int SCAN_BYTES = 16;

  /** As kernels/operation.clh has it. */
  private static final int MAX_DOTS = 4;

  private final ClContext context;
  private final LaunchPlans plans;

  RowLauncher(ClContext context, LaunchPlans plans) {
    this.context = context;
    this.plans = plans;
  }

  void launch(ClCall call, RowOperation operation) {
    LaunchPlan plan = plans.of(operation.rows(), operation.elementBytes());
    switch (plan.shape()) {
      case BY_ITEM -> byItem(call, operation, plan);
      case BY_TEAM -> byTeam(call, operation, plan);
      case SPLIT -> split(call, operation, plan.group());
      case BY_POSITION -> byPosition(call, operation, plan.group());
      case IN_LANES -> inLanes(call, operation, plan);
    }
  }

  /** Starts work-items that share nothing, at least one for each of a number of tasks. */
  static void launchEach(
      ClCall call, cl_program program, String entry, long tasks, @Nullable Object... arguments) {
    launchEach(call, program, entry, tasks, LaunchPlan.INDEPENDENT_GROUP, arguments);
  }

  private static void launchEach(
      ClCall call,
      cl_program program,
      String entry,
      long tasks,
      int group,
      @Nullable Object... arguments) {
    call.run(program, entry, padded(tasks, group), new long[] {group}, arguments);
  }

  private void byItem(ClCall call, RowOperation operation, LaunchPlan plan) {
    loops(call, operation, plan, "-DBY_ITEM -DWIDE -DCLASSES_IN_LANES");
  }

  private void inLanes(ClCall call, RowOperation operation, LaunchPlan plan) {
    loops(call, operation, plan, "-DBY_POSITION -DWIDE -DROWS_IN_LANES " + lanesUsed(operation));
  }

  private void loops(ClCall call, RowOperation operation, LaunchPlan plan, String shape) {
    Rows rows = operation.rows();
    int perItem = plan.rowsPerItem(context.device(), rows);
    long[] global = {Math.ceilDiv(rows.count(), perItem)};
    cl_program program = program(operation, shape);
    call.run(program, "rows", global, new long[] {1}, rowArguments(operation, perItem));
  }

  private void byTeam(ClCall call, RowOperation operation, LaunchPlan plan) {
    int group = plan.group();
    int team = plan.teamOf(operation.rows());
    cl_program program = program(operation, "-DBY_TEAM -DGROUP=" + group + " -DTEAM=" + team);
    long[] global = padded(operation.rows().count() * team, group);
    call.run(program, "rows", global, new long[] {group}, rowArguments(operation, 1));
  }

  private void byPosition(ClCall call, RowOperation operation, int group) {
    cl_program program = program(operation, "-DBY_POSITION " + lanesUsed(operation));
    launchEach(call, program, "rows", operation.rows().count(), group, rowArguments(operation, 1));
  }

  private static String lanesUsed(RowOperation operation) {
    int classes = Math.min(RowOrder.LANES, operation.rows().classes());
    return "-DLANES_USED=" + LaunchPlan.powerOfTwo(classes);
  }

  private void split(ClCall call, RowOperation operation, int group) {
    Rows rows = operation.rows();
    cl_program program = program(operation, "-DSPLIT -DGROUP=" + group);
    long segments = rows.count() * RowOrder.segments(rows.classes());
    int width = operation.arithmetic().bytes();
    cl_mem largest = call.scratch(segments * width);
    cl_mem others = call.scratch(segments * OTHERS_BYTES);
    cl_mem softmax = call.scratch(rows.count() * SOFTMAX_BYTES);
    cl_mem dots = call.scratch(segments * MAX_DOTS * width);
    cl_mem rowDots = call.scratch(rows.count() * MAX_DOTS * width);

    bySegment(call, operation, program, "split_largest", group, segments, largest);
    bySegment(call, operation, program, "split_others", group, segments, largest, others);
    byRow(call, operation, program, "split_softmax", rows.count(), largest, others, softmax);
    for (int which = 0; which < operation.dots(); which++) {
      bySegment(call, operation, program, "split_dots", group, segments, which, softmax, dots);
    }
    if (operation.scan()) {
      cl_mem scans = call.scratch(segments * SCAN_BYTES);
      bySegment(call, operation, program, "split_scan", group, segments, scans);
      byRow(call, operation, program, "split_scan_rows", rows.count(), scans);
    }
    byRow(call, operation, program, "split_rows", rows.count(), softmax, dots, rowDots);
    if (operation.writesElements()) {
      byRow(call, operation, program, "split_elements", rows.size(), softmax, rowDots);
    }
  }

  private static void bySegment(
      ClCall call,
      RowOperation operation,
      cl_program program,
      String entry,
      int group,
      long segments,
      Object... between) {
    long[] global = padded(segments * SEGMENT_TEAM, group);
    call.run(program, entry, global, new long[] {group}, splitArguments(operation, between));
  }

  private static void byRow(
      ClCall call,
      RowOperation operation,
      cl_program program,
      String entry,
      long tasks,
      Object... between) {
    launchEach(call, program, entry, tasks, splitArguments(operation, between));
  }

  private cl_program program(RowOperation operation, String shape) {
    return context.program(operation.file(), operation.options() + " " + shape);
  }

  private static @Nullable Object[] rowArguments(RowOperation operation, int rowsPerItem) {
    Rows rows = operation.rows();
    return arguments(
        operation, operation.input(), rows.count(), rows.classes(), rows.inner(), rowsPerItem);
  }

  private static @Nullable Object[] splitArguments(RowOperation operation, Object... between) {
    Rows rows = operation.rows();
    List<Object> first = new ArrayList<>();
    first.add(operation.input());
    first.add(rows.count());
    first.add(rows.classes());
    first.addAll(Arrays.asList(between));
    return arguments(operation, first.toArray());
  }

  private static @Nullable Object[] arguments(RowOperation operation, Object... first) {
    List<@Nullable Object> all = new ArrayList<>(Arrays.asList(first));
    all.addAll(operation.operands());
    return all.toArray();
  }

  private static long[] padded(long items, int group) {
    return new long[] {Math.ceilDiv(items, group) * group};
  }
}
