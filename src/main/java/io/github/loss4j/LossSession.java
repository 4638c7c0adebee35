// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import org.jspecify.annotations.Nullable;

/**
 * A device at work: computes losses and owns what that needs (threads, a GPU's queues and memory)
 * until it is closed. Threads may share a session.
 *
 * <p>Every session gives the same bits for the same input: on every backend and device, and however
 * the rows are divided into batches.
 *
 * {@snippet file="io/github/loss4j/examples/Quickstart.java" region="quickstart"}
 */
public interface LossSession extends AutoCloseable {

  /**
   * Computes a loss, and what else is asked for in the same pass over the input.
   *
   * @param loss what to compute
   * @param input what the loss says: logits, probabilities or log-probabilities; F64, F32, F16 or
   *     BF16. Of shape (C), (N, C) or (N, C, d<sub>1</sub>, …, d<sub>k</sub>) for a {@link
   *     ClassLoss}, of any shape for an {@link ElementLoss}
   * @param target for a {@link ClassLoss} labels of the rows' shape, of any integer type, or
   *     probabilities of the input's shape, where the loss takes them; for an {@link ElementLoss} a
   *     floating tensor of the input's shape
   * @param request gradients and counts
   * @return the loss, of the arithmetic type of the input, or F64 if the target is
   * @throws InvalidInputException if shapes, types, labels or probabilities do not fit; nothing was
   *     written
   */
  LossResult evaluate(Loss loss, Tensor input, Tensor target, Request request);

  /**
   * Computes a loss.
   *
   * @param loss what to compute
   * @param input logits, probabilities or log-probabilities
   * @param target labels or a floating tensor
   * @return the loss
   * @throws InvalidInputException if shapes, types, labels or probabilities do not fit
   */
  default LossResult evaluate(Loss loss, Tensor input, Tensor target) {
    return evaluate(loss, input, target, Request.LOSS);
  }

  /**
   * Normalises along an axis.
   *
   * @param function what to compute
   * @param input of any shape; F64, F32, F16 or BF16
   * @param output of the input's shape, and of its type or its arithmetic type; may be the input
   *     itself, which is then overwritten
   * @throws InvalidInputException if shapes, types or the axis do not fit
   */
  void apply(Normalization function, Tensor input, Tensor output);

  /**
   * Normalises along an axis into new memory.
   *
   * @param function what to compute
   * @param input of any shape; F64, F32, F16 or BF16
   * @return of the input's shape and arithmetic type
   * @throws InvalidInputException if the axis does not fit
   */
  default Tensor apply(Normalization function, Tensor input) {
    Tensor output = Tensor.allocate(input.dtype().arithmetic(), input.shape());
    apply(function, input, output);
    return output;
  }

  /**
   * Computes the gradient of a normalisation with respect to its input.
   *
   * @param function what was computed
   * @param input what it was computed from
   * @param upstream the gradient with respect to the output, of the input's shape and arithmetic
   *     type; null for 1
   * @param gradient where the result goes: of the input's shape, and of its type or its arithmetic
   *     type; may be the input itself
   * @throws InvalidInputException if shapes, types or the axis do not fit
   */
  void gradient(Normalization function, Tensor input, @Nullable Tensor upstream, Tensor gradient);

  /**
   * The backend that computes.
   *
   * @return its name
   */
  String backend();

  /**
   * The device that computes.
   *
   * @return its name, as its driver gives it
   */
  String device();

  /**
   * Frees the device; computing after that throws {@link IllegalStateException}. Closing twice does
   * nothing.
   */
  @Override
  void close();
}
