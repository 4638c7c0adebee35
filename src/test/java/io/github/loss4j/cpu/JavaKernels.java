// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.LossSession;
import io.github.loss4j.host.HostSession;
import io.github.loss4j.host.RowKernels;

/** Hands the kernels of this package to tests of others. */
public final class JavaKernels {
  private JavaKernels() {}

  public static RowKernels open(int threads) {
    return new CpuKernels(threads, Loops.chosen());
  }

  public static RowKernels open(int threads, boolean vectors) {
    return new CpuKernels(threads, vectors ? Loops.VECTOR : Loops.PLAIN);
  }

  /** A session on two threads with the loops that are named. */
  static LossSession session(Loops loops) {
    return new HostSession("cpu", "Java", new CpuKernels(2, loops));
  }
}
