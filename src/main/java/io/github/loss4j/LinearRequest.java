// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import org.jspecify.annotations.Nullable;

/**
 * What a caller of {@link LossSession#linearCrossEntropy} wants beside the loss, and how much
 * memory the logits may take. What is not asked for is not computed.
 *
 * <p>A gradient has the shape of its tensor, and that tensor's type or its arithmetic type. It is
 * overwritten, not added to, and has memory of its own.
 *
 * @param hiddenGradient where the gradient with respect to the hidden states goes; null if it is
 *     not wanted
 * @param weightGradient where the gradient with respect to the weight goes; null if it is not
 *     wanted
 * @param biasGradient where the gradient with respect to the bias goes; null if it is not wanted
 * @param upstream the gradient of the caller's own function with respect to the loss, of the loss's
 *     shape and type; null for 1
 * @param accuracy whether to count the rows whose target is the first of the largest logits
 * @param firstRow what row 0 is called in messages, for hidden states that are part of a larger
 *     tensor
 * @param workspaceBytes the most bytes that logits take at a time; those of {@value #LEAST_ROWS}
 *     rows are allocated however few it is
 */
public record LinearRequest(
    @Nullable Tensor hiddenGradient,
    @Nullable Tensor weightGradient,
    @Nullable Tensor biasGradient,
    @Nullable Tensor upstream,
    boolean accuracy,
    long firstRow,
    long workspaceBytes) {

  /** The rows that are always computed together. */
  public static final int LEAST_ROWS = 32;

  /** The bytes of logits at a time if the caller does not say: 64 MiB. */
  public static final long DEFAULT_WORKSPACE_BYTES = 64L << 20;

  /** Only the loss. */
  public static final LinearRequest LOSS =
      new LinearRequest(null, null, null, null, false, 0, DEFAULT_WORKSPACE_BYTES);

  /**
   * Checks what needs no input to be checked.
   *
   * @throws InvalidInputException if the workspace is negative
   */
  public LinearRequest {
    if (workspaceBytes < 0) {
      throw new InvalidInputException("workspaceBytes must not be negative: " + workspaceBytes);
    }
  }

  /**
   * The same request with the gradient with respect to the hidden states.
   *
   * @param destination of the shape of the hidden states, and of their type or their arithmetic
   *     type
   * @return a new request
   */
  public LinearRequest withHiddenGradient(Tensor destination) {
    return new LinearRequest(
        destination, weightGradient, biasGradient, upstream, accuracy, firstRow, workspaceBytes);
  }

  /**
   * The same request with the gradient with respect to the weight.
   *
   * @param destination of the weight's shape, and of its type or its arithmetic type
   * @return a new request
   */
  public LinearRequest withWeightGradient(Tensor destination) {
    return new LinearRequest(
        hiddenGradient, destination, biasGradient, upstream, accuracy, firstRow, workspaceBytes);
  }

  /**
   * The same request with the gradient with respect to the bias.
   *
   * @param destination of the bias's shape, and of its type or its arithmetic type
   * @return a new request
   */
  public LinearRequest withBiasGradient(Tensor destination) {
    return new LinearRequest(
        hiddenGradient, weightGradient, destination, upstream, accuracy, firstRow, workspaceBytes);
  }

  /**
   * The same request with the gradient of the caller's function with respect to the loss.
   *
   * @param gradient of the loss's shape and type
   * @return a new request
   */
  public LinearRequest withUpstream(Tensor gradient) {
    return new LinearRequest(
        hiddenGradient, weightGradient, biasGradient, gradient, accuracy, firstRow, workspaceBytes);
  }

  /**
   * The same request with the number of rows whose target has the largest logit.
   *
   * @return a new request
   */
  public LinearRequest withAccuracy() {
    return new LinearRequest(
        hiddenGradient, weightGradient, biasGradient, upstream, true, firstRow, workspaceBytes);
  }

  /**
   * The same request for hidden states that are part of a larger tensor.
   *
   * @param row what row 0 is called in messages
   * @return a new request
   */
  public LinearRequest withFirstRow(long row) {
    return new LinearRequest(
        hiddenGradient, weightGradient, biasGradient, upstream, accuracy, row, workspaceBytes);
  }

  /**
   * The same request with another limit for the logits.
   *
   * @param bytes the most that logits take at a time
   * @return a new request
   * @throws InvalidInputException if it is negative
   */
  public LinearRequest withWorkspaceBytes(long bytes) {
    return new LinearRequest(
        hiddenGradient, weightGradient, biasGradient, upstream, accuracy, firstRow, bytes);
  }
}
