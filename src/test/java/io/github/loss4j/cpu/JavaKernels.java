// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels;

/** Hands the kernels of this package to tests of others. */
public final class JavaKernels {
  private JavaKernels() {}

  public static RowKernels open(int threads) {
    return open(threads, VectorApi.isChosen());
  }

  public static RowKernels open(int threads, boolean vectors) {
    return new CpuKernels(threads, vectors);
  }
}
