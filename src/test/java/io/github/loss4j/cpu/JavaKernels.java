// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

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
}
