// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/**
 * How work-items share out elements among them, as {@code kernels/item_share.clh} has it.
 *
 * @param items how many work-items
 * @param group how many of them are a work-group
 */
record ItemShare(long items, int group) {
  /** Elements that a CPU's work-item computes at once, as kernels/real.clh has it. */
  private static final int AT_ONCE = 16;

  /** Work-items per compute unit: loops on a CPU, and enough to hide a GPU's latencies. */
  private static final int ITEMS_OF_CPU = 8;

  private static final int ITEMS_OF_GPU = 2048;

  /** Elements that are worth a GPU's work-item and what it leaves behind. */
  private static final int WORTH_ITEM = 16;

  static ItemShare of(ClDevice device, long elements) {
    if (device.cpu()) {
      long blocks = Math.ceilDiv(elements, AT_ONCE);
      return new ItemShare(Math.clamp(blocks, 1, ITEMS_OF_CPU * device.computeUnits()), 1);
    }
    int group = LaunchPlan.INDEPENDENT_GROUP;
    long groups = Math.ceilDiv(elements, (long) group * WORTH_ITEM);
    long most = (long) ITEMS_OF_GPU / group * device.computeUnits();
    return new ItemShare(Math.clamp(groups, 1, most) * group, group);
  }

  void launch(ClCall call, cl_program program, String entry, @Nullable Object... arguments) {
    call.run(program, entry, new long[] {items}, new long[] {group}, arguments);
  }
}
