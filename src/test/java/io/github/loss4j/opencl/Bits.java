// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.loss4j.Tensor;
import java.lang.foreign.ValueLayout;

/** Compares tensors bit for bit; only the payload of a NaN may differ. */
final class Bits {
  private Bits() {}

  static void assertSame(Tensor expected, Tensor actual, String what) {
    assertEquals(expected.toString(), actual.toString(), what);
    if (expected.memory().mismatch(actual.memory()) < 0) {
      return;
    }
    for (long i = 0; i < expected.size(); i++) {
      boolean bothNaN = Double.isNaN(expected.getDouble(i)) && Double.isNaN(actual.getDouble(i));
      if (!bothNaN && bits(expected, i) != bits(actual, i)) {
        fail(
            "%s: element %d of %s is %s (%x), expected %s (%x)"
                .formatted(
                    what,
                    i,
                    expected,
                    actual.getDouble(i),
                    bits(actual, i),
                    expected.getDouble(i),
                    bits(expected, i)));
      }
    }
  }

  private static long bits(Tensor tensor, long index) {
    return switch (tensor.dtype().bytes()) {
      case 8 -> tensor.memory().get(ValueLayout.JAVA_LONG_UNALIGNED, index * Long.BYTES);
      case 4 -> tensor.memory().get(ValueLayout.JAVA_INT_UNALIGNED, index * Integer.BYTES);
      default -> tensor.memory().get(ValueLayout.JAVA_SHORT_UNALIGNED, index * Short.BYTES);
    };
  }
}
