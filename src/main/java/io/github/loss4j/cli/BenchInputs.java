// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.DType;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tensor;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * An operation and the tensors that it is measured with; all their memory has been touched.
 *
 * @param operation what is computed
 * @param backward whether with the gradient with respect to the input
 * @param shape the input's
 * @param input logits
 * @param target labels, probabilities or an upstream gradient; null if none is read
 * @param into of the input's shape: the gradient or the output; null if there is none
 */
public record BenchInputs(
    BenchOperation operation,
    boolean backward,
    BenchShape shape,
    Tensor input,
    @Nullable Tensor target,
    @Nullable Tensor into) {

  /** Tensors that live as long as the arena. */
  public static BenchInputs allocate(
      Arena arena, BenchOperation operation, boolean backward, DType dtype, BenchShape shape) {
    return new BenchInputs(
        operation,
        backward,
        shape,
        BenchTensors.logits(arena, dtype, shape.array()),
        target(arena, operation, backward, dtype, shape),
        operation.writes(backward) ? BenchTensors.output(arena, dtype, shape.array()) : null);
  }

  private static @Nullable Tensor target(
      Arena arena, BenchOperation operation, boolean backward, DType dtype, BenchShape shape) {
    if (operation.takesLabels()) {
      return BenchTensors.labels(arena, shape.classes(), shape.ofRows());
    }
    DType type = operation.isFunction() ? dtype.arithmetic() : dtype;
    return operation.readsSecond(backward)
        ? BenchTensors.probabilities(arena, type, shape.array())
        : null;
  }

  /** Bytes that must be read or written; labels are too few to count. */
  public double bytes() {
    return (double) input.memory().byteSize()
        + (into == null ? 0 : into.memory().byteSize())
        + (target == null || operation.takesLabels() ? 0 : target.memory().byteSize());
  }

  /** Computes once, and returns the loss; NaN of a function, which has none. */
  public double run(LossSession session) {
    return operation.run(session, backward, input, target, into);
  }
}
