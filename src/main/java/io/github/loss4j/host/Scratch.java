// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Short-lived tensors. Those per row are on the heap: they cost no system call and free themselves.
 */
final class Scratch {
  private Scratch() {}

  /** Memory of the host for what goes to a destination: its own if that is where it lies. */
  static Tensor onHost(Tensor destination) {
    return destination.storage() == null
        ? destination
        : Tensor.allocate(destination.dtype(), destination.shape());
  }

  static Tensor perRow(DType dtype, long rows) {
    int length = Math.toIntExact(rows);
    MemorySegment memory =
        switch (dtype) {
          case F64 -> MemorySegment.ofArray(new double[length]);
          case F32 -> MemorySegment.ofArray(new float[length]);
          case I32 -> MemorySegment.ofArray(new int[length]);
          case U8 -> MemorySegment.ofArray(new byte[length]);
          default -> throw new IllegalArgumentException("no per-row result is of type " + dtype);
        };
    return Tensor.of(memory, dtype, rows);
  }
}
