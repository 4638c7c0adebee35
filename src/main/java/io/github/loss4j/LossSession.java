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
   * @param request gradients, counts and statistics
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
   * Computes cross-entropy of labels from hidden states: with logits = hidden W<sup>T</sup> + b, it
   * is {@link #evaluate} of the loss, the logits and the labels, and its gradients are those with
   * respect to what the logits were made from.
   *
   * <p>The logits never exist as a whole: they are computed for as many rows at a time as fit into
   * {@link LinearRequest#workspaceBytes()}, at least {@value LinearRequest#LEAST_ROWS}, and become
   * their own gradient in place. What is allocated beside that is small: some numbers per row that
   * is at work, four per class, and the loss itself. Only a weight gradient of F16 or BF16 needs a
   * matrix of F32 of its size, in which it is summed before it is rounded once. An OpenCL device
   * also holds copies of the class matrix and of the weight gradient, each as a whole, unless it
   * computes in the host's memory and they are no Java arrays.
   *
   * <p>The matrix products have the same bits on every backend too, for every workspace: products
   * are added in chunks of {@value LinearRequest#LEAST_ROWS} and then the chunks, in the arithmetic
   * type. To first order a sum of n products, along D for the logits, V for the gradient of the
   * hidden states and N for the others, is off by at most (n / 32 + 33) u times the sum of their
   * absolute values, where u is 2<sup>-24</sup> (2<sup>-53</sup> in F64). Gradients of N rows in
   * several calls, added up by the caller, are rounded elsewhere than those of one call.
   *
   * @param loss what to compute of the logits
   * @param hidden hidden states of shape (D) or (N, D); F64, F32, F16 or BF16. The logits have
   *     their arithmetic type
   * @param classes W of shape (V, D) and b of shape (V), of the type of the hidden states
   * @param target labels of any integer type, of shape () or (N)
   * @param request gradients, counts and how much memory the logits may take
   * @return the loss, of the arithmetic type of the hidden states
   * @throws InvalidInputException if shapes, types or labels do not fit, the target is of
   *     probabilities, a gradient overlaps another tensor, or {@value LinearRequest#LEAST_ROWS}
   *     rows of logits are more than the device takes at a time; nothing was written
   */
  LossResult linearCrossEntropy(
      CrossEntropyLoss loss,
      Tensor hidden,
      ClassMatrix classes,
      Tensor target,
      LinearRequest request);

  /**
   * Computes cross-entropy of labels from hidden states.
   *
   * @param loss what to compute of the logits
   * @param hidden hidden states of shape (D) or (N, D)
   * @param classes what makes logits of them
   * @param target labels of shape () or (N)
   * @return the loss
   * @throws InvalidInputException if shapes, types or labels do not fit
   */
  default LossResult linearCrossEntropy(
      CrossEntropyLoss loss, Tensor hidden, ClassMatrix classes, Tensor target) {
    return linearCrossEntropy(loss, hidden, classes, target, LinearRequest.LOSS);
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
   * Memory of the device, to measure what it can do at most.
   *
   * @param bytes the size of each of two blocks; fewer where the device has no such block
   * @return the memory, to be closed before the session
   */
  DeviceMemory memory(long bytes);

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
