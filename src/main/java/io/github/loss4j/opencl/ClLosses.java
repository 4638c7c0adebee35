// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.DType;
import io.github.loss4j.ExactSum;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowLosses;
import org.jocl.cl_mem;
import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/**
 * The losses of a call. The device sums them without rounding, so that what leaves it is a few
 * hundred numbers, and the losses themselves only if somebody wants them one by one.
 */
final class ClLosses {
  /** So few are sooner brought to the host, and summed there. */
  private static final int WORTH_SUMMING = 1 << 14;

  /** The sums of more work-items than these are merged on the device. */
  private static final int FEW = 1 << 10;

  // As kernels/exact_sum.clh has them.
  private static final int LIMBS_OF_FLOATS = 10;
  private static final int FIRST_LIMB_OF_FLOATS = 28;
  private static final int LIMBS_OF_DOUBLES = 66;
  private static final double[] NON_FINITE = {
    Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
  };

  private final ClContext context;
  private final ClCall call;
  private final RowLosses losses;
  private final boolean isFloat;
  private final int words;
  private final boolean onDevice;
  private @Nullable Tensor sums;

  ClLosses(ClContext context, ClCall call, RowLosses losses) {
    this.context = context;
    this.call = call;
    this.losses = losses;
    isFloat = losses.dtype() == DType.F32;
    words = (isFloat ? LIMBS_OF_FLOATS : LIMBS_OF_DOUBLES) + NON_FINITE.length;
    onDevice = losses.rows() >= WORTH_SUMMING;
  }

  /** Where a kernel writes them; null if they are wanted nowhere and it sums them itself. */
  @Nullable cl_mem wanted() {
    Tensor wanted = onDevice ? losses.wanted() : losses.tensor();
    return wanted == null ? null : call.write(wanted);
  }

  /** Where a kernel writes them. */
  cl_mem each() {
    cl_mem wanted = wanted();
    return wanted != null ? wanted : call.scratch(losses.rows() * losses.dtype().bytes());
  }

  /**
   * Where the work-items of a kernel that sums them itself write their sums; null if it need not.
   */
  @Nullable cl_mem sumsOf(ItemShare share) {
    if (!onDevice) {
      return null;
    }
    if (share.items() > FEW) {
      return call.scratch(share.items() * words * Long.BYTES);
    }
    sums = Tensor.of(new long[(int) share.items() * words]);
    return call.write(sums);
  }

  /** Starts summing what a kernel writes. */
  void sum(cl_mem each) {
    if (!onDevice) {
      return;
    }
    ItemShare share = ItemShare.of(context.device(), losses.rows());
    cl_mem ofItems = sumsOf(share);
    share.launch(call, program(), "sum_losses", each, losses.rows(), ofItems);
    merge(ofItems, share);
  }

  /** Starts bringing the sums of many work-items down to few. */
  void merge(@Nullable cl_mem ofItems, ItemShare share) {
    if (ofItems == null || sums != null) {
      return;
    }
    sums = Tensor.of(new long[FEW * words]);
    RowLauncher.launchEach(
        call,
        program(),
        "merge_sums",
        (long) FEW * words,
        ofItems,
        share.items(),
        (long) FEW,
        call.write(sums));
  }

  private cl_program program() {
    return context.program(
        "exact_sum.cl", KernelOptions.of(losses.dtype()).wide(context.device()).toString());
  }

  /** Takes the sums, when the call has finished. */
  void add() {
    if (sums == null) {
      return;
    }
    ExactSum sum = new ExactSum();
    long items = sums.size() / words;
    for (int word = 0; word < words; word++) {
      for (long item = 0; item < items; item++) {
        add(word, sums.getLong(word * items + item), sum);
      }
    }
    losses.add(sum);
  }

  private void add(int word, long units, ExactSum to) {
    int limbs = words - NON_FINITE.length;
    if (word >= limbs) {
      to.add(NON_FINITE[word - limbs], units);
    } else {
      to.addUnits(word + (isFloat ? FIRST_LIMB_OF_FLOATS : 0), units);
    }
  }
}
