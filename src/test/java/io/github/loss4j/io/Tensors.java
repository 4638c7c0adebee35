// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** Tensors to write and to compare. */
final class Tensors {
  private Tensors() {}

  /** Elements made of the bytes 1, 2, 3, ..., so that every byte must come back in its place. */
  static Tensor counted(DType dtype, long... shape) {
    Tensor tensor = Tensor.allocate(dtype, shape);
    for (long i = 0; i < tensor.memory().byteSize(); i++) {
      tensor.memory().set(ValueLayout.JAVA_BYTE, i, (byte) (i + 1));
    }
    return tensor;
  }

  static List<long[]> oddShapes() {
    return List.of(
        new long[] {},
        new long[] {0},
        new long[] {1},
        new long[] {3, 0, 2},
        new long[] {0, 1_000_000_000_000L, 1_000_000_000_000L},
        new long[] {2, 1, 3, 1, 5},
        ones(64));
  }

  static long[] ones(int rank) {
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    return shape;
  }

  static void assertEqual(Tensor expected, Tensor actual) {
    assertEquals(expected.toString(), actual.toString());
    assertArrayEquals(
        expected.memory().toArray(ValueLayout.JAVA_BYTE),
        actual.memory().toArray(ValueLayout.JAVA_BYTE));
  }
}
