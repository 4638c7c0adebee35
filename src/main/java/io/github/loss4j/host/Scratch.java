// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.lang.foreign.MemorySegment;

/** Short-lived per-row tensors, on the heap: they cost no system call and free themselves. */
final class Scratch {
  private Scratch() {}

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
