// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/** Checks that all elements of a tensor are numbers from 0 to 1. */
final class ProbabilityCheck {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final String name;
  private final Tensor tensor;
  private final Tensor host;

  /**
   * A check.
   *
   * @param name what the tensor is called in messages
   */
  ProbabilityCheck(String name, Tensor tensor) {
    this.name = name;
    this.tensor = tensor;
    host = tensor.toHost();
  }

  /**
   * Checks them with the kernels' threads.
   *
   * @param firstRow what index 0 along the first axis is called in messages
   */
  void run(RowKernels kernels, long firstRow) {
    AtomicBoolean refused = new AtomicBoolean();
    kernels.shareOut(
        host.size(),
        (from, to) -> {
          if (firstOther(from, to) < to) {
            refused.set(true);
          }
        });
    if (refused.get()) {
      // The first is named, whoever found one first.
      refuse(firstOther(0, host.size()), firstRow);
    }
  }

  /** The first element that is none, or the end. */
  private long firstOther(long from, long to) {
    long i = from;
    if (host.dtype() == DType.F32) {
      MemorySegment memory = host.memory();
      while (i < to && isProbability(memory.get(F32, i * Float.BYTES))) {
        i++;
      }
    } else {
      while (i < to && isProbability(host.getDouble(i))) {
        i++;
      }
    }
    return i;
  }

  private static boolean isProbability(double x) {
    return x >= 0 && x <= 1;
  }

  private void refuse(long element, long firstRow) {
    throw new InvalidInputException(
        "element %s of the %s is %s, but must be from 0 to 1; logits are for BCEWithLogitsLoss"
            .formatted(
                Arrays.toString(position(tensor, element, firstRow)),
                name,
                host.getDouble(element)));
  }

  /** The indices of an element along the axes. */
  private static long[] position(Tensor tensor, long element, long firstRow) {
    long[] position = new long[tensor.rank()];
    long rest = element;
    for (int axis = tensor.rank() - 1; axis >= 0; axis--) {
      position[axis] = rest % tensor.extent(axis);
      rest /= tensor.extent(axis);
    }
    if (position.length > 0) {
      position[0] += firstRow;
    }
    return position;
  }
}
