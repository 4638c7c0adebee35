// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LogSoftmax;
import io.github.loss4j.LossSession;
import io.github.loss4j.Softmax;
import io.github.loss4j.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What cannot be normalised: one line, nothing launched, nothing written. */
class RefusedNormalizationsTest {
  private static final Tensor INPUT = Tensor.allocate(DType.F32, 3, 4);

  private final Tensor output = Bits.poisoned(DType.F32, 3, 4);
  private final LossSession session =
      new HostSession("none", "none", new UnreachableKernels(DType.F32, DType.F64));

  private void refused(String message, Executable call) {
    assertEquals(message, assertThrows(InvalidInputException.class, call).getMessage());
    Bits.assertPoisoned(output);
  }

  @Test
  void anAxisThatIsNotThere() {
    String message = "axis %d is out of range for F32[3, 4]: expected -2 to 1";
    for (int axis : new int[] {2, -3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      refused(message.formatted(axis), () -> session.apply(new Softmax(axis), INPUT, output));
      refused(
          message.formatted(axis),
          () -> session.gradient(new LogSoftmax(axis), INPUT, null, output));
    }
    Tensor scalar = Tensor.scalar(1, DType.F32);
    refused(
        "axis 1 is out of range for F32[]: expected -1 to 0",
        () -> session.apply(new LogSoftmax(1), scalar));
  }

  @Test
  void integers() {
    Tensor integers = Tensor.allocate(DType.I32, 3, 4);
    String message = "the input must be of a floating-point type, but is I32[3, 4]";
    refused(message, () -> session.apply(new Softmax(0), integers, output));
    refused(message, () -> session.gradient(new Softmax(0), integers, null, output));
    refused("I32 is not a floating-point type", () -> session.apply(new Softmax(0), integers));
  }

  @Test
  void anOutputOfAnotherShapeOrType() {
    refused(
        "the output must have shape [3, 4], but is F32[4, 3]",
        () -> session.apply(new Softmax(0), INPUT, output.reshape(4, 3)));
    refused(
        "the output must be of type F32, but is F64[3, 4]",
        () -> session.apply(new Softmax(0), INPUT, Tensor.allocate(DType.F64, 3, 4)));
    refused(
        "the gradient must be of type F32, but is F16[3, 4]",
        () -> session.gradient(new Softmax(0), INPUT, null, Tensor.allocate(DType.F16, 3, 4)));
  }

  @Test
  void anUpstreamGradientOfAnotherShapeOrType() {
    refused(
        "the upstream gradient must have shape [3, 4], but is F32[12]",
        () -> session.gradient(new Softmax(0), INPUT, Tensor.allocate(DType.F32, 12), output));
    refused(
        "the upstream gradient must be of type F32, but is F64[3, 4]",
        () -> session.gradient(new Softmax(0), INPUT, Tensor.allocate(DType.F64, 3, 4), output));
  }

  @Test
  void moreClassesThanAKernelCounts() {
    Tensor huge = Tensor.allocate(DType.F32, (1L << 30) + 1, 0);
    refused(
        "F32[1073741825, 0] has 1,073,741,825 classes; at most 1,073,741,824 are supported",
        () -> session.apply(new Softmax(0), huge));
  }
}
