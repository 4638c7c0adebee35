// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Tensors compared bit for bit; only the payload of a NaN may differ. */
public final class Bits {
  private Bits() {}

  public static void assertSame(Tensor expected, Tensor actual, String message) {
    assertEquals(expected.toString(), actual.toString(), message);
    if (expected.memory().mismatch(actual.memory()) < 0) {
      return;
    }
    for (long i = 0; i < expected.size(); i++) {
      boolean bothNaN = Double.isNaN(expected.getDouble(i)) && Double.isNaN(actual.getDouble(i));
      if (!bothNaN && bits(expected, i) != bits(actual, i)) {
        fail(
            "%s: element %d of %s is %s (%x), expected %s (%x)"
                .formatted(
                    message,
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
      case 2 -> tensor.memory().get(ValueLayout.JAVA_SHORT_UNALIGNED, index * Short.BYTES);
      default -> tensor.memory().get(ValueLayout.JAVA_BYTE, index);
    };
  }

  public static void assertSame(double expected, double actual, String message) {
    assertEquals(Double.doubleToRawLongBits(expected), Double.doubleToRawLongBits(actual), message);
  }

  public static Tensor copy(Tensor tensor) {
    Tensor copy = Tensor.allocate(tensor.dtype(), tensor.shape());
    MemorySegment.copy(tensor.memory(), 0, copy.memory(), 0, tensor.memory().byteSize());
    return copy;
  }

  /** A tensor whose bytes all have one value, so that it shows whatever is written to it. */
  public static Tensor poisoned(DType dtype, long... shape) {
    Tensor tensor = Tensor.allocate(dtype, shape);
    tensor.memory().fill(POISON);
    return tensor;
  }

  public static void assertPoisoned(Tensor tensor) {
    for (byte b : tensor.memory().toArray(ValueLayout.JAVA_BYTE)) {
      assertEquals(POISON, b, "was written to");
    }
  }

  private static final byte POISON = 0x5a;
}
