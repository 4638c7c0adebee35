// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.DType;
import io.github.loss4j.RowStatistic;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.LogitTransform;
import io.github.loss4j.host.RowParameters;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a kernel file is compiled with. */
record KernelOptions(String text) {

  static KernelOptions of(DType arithmetic) {
    return new KernelOptions("").flag("REAL_IS_DOUBLE", arithmetic == DType.F64);
  }

  KernelOptions flag(@Nullable String name) {
    return flag(name == null ? "" : name, name != null);
  }

  KernelOptions flag(String name, boolean set) {
    return set ? new KernelOptions(text + "-D" + name + " ") : this;
  }

  /** Whether a work-item computes several elements at once, as it does where it is a loop. */
  KernelOptions wide(ClDevice device) {
    return flag("WIDE", device.cpu());
  }

  /** What the parameters of a loss ask for; the others are compiled out. */
  KernelOptions parameters(RowParameters parameters) {
    return flag("SMOOTHING", parameters.smoothing() != null)
        .flag("Z_LOSS", parameters.zLoss() > 0)
        .transform(parameters.transform());
  }

  /** What kernels/transform.clh is compiled for. */
  private KernelOptions transform(@Nullable LogitTransform transform) {
    return flag("TRANSFORM", transform != null)
        .flag("SOFT_CAP", transform != null && transform.caps())
        .flag("TEMPERATURE", transform != null && transform.tempers());
  }

  /** What kernels/statistics.clh is compiled for. */
  KernelOptions statistics(Map<RowStatistic, Tensor> statistics) {
    return flag("STATISTICS", !statistics.isEmpty())
        .flag("ENTROPY", entropySums(statistics) > 0)
        .flag("SCAN", needScan(statistics));
  }

  /** How many sums over the classes statistics need. */
  static int entropySums(Map<RowStatistic, Tensor> statistics) {
    return statistics.containsKey(RowStatistic.ENTROPY) ? 1 : 0;
  }

  /** Whether statistics need what kernels/scan.clh finds. */
  static boolean needScan(Map<RowStatistic, Tensor> statistics) {
    return statistics.containsKey(RowStatistic.ARGMAX) || statistics.containsKey(RowStatistic.RANK);
  }

  /** The type of a tensor, in the numbers of kernels/element.clh; nothing if there is none. */
  KernelOptions type(String name, @Nullable Tensor tensor) {
    if (tensor == null) {
      return this;
    }
    int number =
        switch (tensor.dtype()) {
          case F32 -> 32;
          case F64 -> 64;
          case F16 -> 16;
          case BF16 -> 17;
          default -> throw new IllegalArgumentException(tensor + " is not floating");
        };
    return new KernelOptions(text + "-D" + name + "=" + number + " ");
  }

  @Override
  public String toString() {
    return text.strip();
  }
}
