// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** What {@code loss4j bench} computes with: every page of the memory has been touched. */
final class BenchTensors {
  /** A prime, so that the pattern starts elsewhere in every row. */
  private static final int PATTERN = 1_000_003;

  private static final double SPREAD = 4;

  private BenchTensors() {}

  /** Normally distributed logits. */
  static Tensor logits(Arena arena, DType dtype, long... shape) {
    Random random = new Random(1);
    Tensor pattern = Tensor.allocate(arena, dtype, PATTERN);
    for (int i = 0; i < PATTERN; i++) {
      pattern.setDouble(i, SPREAD * random.nextGaussian());
    }
    return repeated(pattern, arena, dtype, shape);
  }

  /** Probabilities as targets; they need not sum to 1. */
  static Tensor probabilities(Arena arena, DType dtype, long... shape) {
    Random random = new Random(2);
    Tensor pattern = Tensor.allocate(arena, dtype, PATTERN);
    for (int i = 0; i < PATTERN; i++) {
      pattern.setDouble(i, random.nextDouble());
    }
    return repeated(pattern, arena, dtype, shape);
  }

  private static Tensor repeated(Tensor pattern, Arena arena, DType dtype, long... shape) {
    Tensor tensor = Tensor.allocate(arena, dtype, shape);
    MemorySegment from = pattern.memory();
    MemorySegment to = tensor.memory();
    for (long at = 0; at < to.byteSize(); at += from.byteSize()) {
      long length = Math.min(from.byteSize(), to.byteSize() - at);
      MemorySegment.copy(from, 0, to, at, length);
    }
    return tensor;
  }

  /** Labels, evenly distributed. */
  static Tensor labels(Arena arena, long classes, long... shape) {
    Random random = new Random(3);
    Tensor labels = Tensor.allocate(arena, DType.I64, shape);
    for (long row = 0; row < labels.size(); row++) {
      labels.setLong(row, random.nextLong(classes));
    }
    return labels;
  }

  /** Where results go. */
  static Tensor output(Arena arena, DType dtype, long... shape) {
    Tensor output = Tensor.allocate(arena, dtype, shape);
    output.memory().fill((byte) 1);
    return output;
  }
}
