// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LossSession;
import io.github.loss4j.Softmax;
import io.github.loss4j.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens when a device has less memory than an input. */
class DeviceMemoryTest {
  private static final Tensor INPUT = new Draws(1).normal(1, DType.F32, 20, 5);

  private final Tensor output = Bits.poisoned(DType.F32, 20, 5);

  private void softmax(SmallKernels kernels) {
    try (LossSession session = new HostSession("small", "small", kernels)) {
      session.apply(new Softmax(1), INPUT, output);
    }
  }

  @Test
  void anInputIsCutToTheLargestBuffer() {
    SmallKernels kernels = new SmallKernels(8 * 5 * Float.BYTES + 19, Long.MAX_VALUE);
    softmax(kernels);
    assertEquals(List.of(8L, 8L, 4L), rows(kernels));
  }

  @Test
  void piecesAreHalvedUntilTheyFindMemory() {
    SmallKernels kernels = new SmallKernels(Long.MAX_VALUE, 30);
    softmax(kernels);
    assertEquals(List.of(5L, 5L, 5L, 5L), rows(kernels));
  }

  @Test
  void aRowThatFindsNoMemoryIsAnError() {
    SmallKernels kernels = new SmallKernels(Long.MAX_VALUE, 4);
    Exception e = assertThrows(DeviceMemoryException.class, () -> softmax(kernels));
    assertEquals("no memory for 5 elements on a small device", e.getMessage());
    Bits.assertPoisoned(output);
  }

  @Test
  void aRowBeyondTheLargestBufferIsRefused() {
    SmallKernels kernels = new SmallKernels(19, Long.MAX_VALUE);
    Exception e = assertThrows(InvalidInputException.class, () -> softmax(kernels));
    assertEquals(
        "a row of 5 classes does not fit into the device's largest buffer of 19 bytes",
        e.getMessage());
    assertTrue(kernels.computed().isEmpty());
    Bits.assertPoisoned(output);
  }

  private static List<Long> rows(SmallKernels kernels) {
    return kernels.computed().stream().map(Rows::count).toList();
  }
}
