// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants beside the loss: gradients, whether each row's target has the largest logit,
 * and statistics of the rows. What is not asked for is not computed.
 *
 * @param inputGradient where the gradient with respect to the input goes: of the input's shape, and
 *     of its type or its arithmetic type; null if it is not wanted
 * @param targetGradient where the gradient with respect to a floating target goes: of the target's
 *     shape and type; null if it is not wanted
 * @param upstream the gradient of the caller's own function with respect to the loss, of the loss's
 *     shape and type; null for 1
 * @param accuracy whether to count the rows whose target is the first of the largest logits
 * @param firstRow what row 0 of the input is called in messages, for an input that is part of a
 *     larger one
 * @param statistics what else to compute of each row, for {@link CrossEntropyLoss} only
 */
public record Request(
    @Nullable Tensor inputGradient,
    @Nullable Tensor targetGradient,
    @Nullable Tensor upstream,
    boolean accuracy,
    long firstRow,
    Set<RowStatistic> statistics) {

  /** Only the loss. */
  public static final Request LOSS = new Request(null, null, null, false, 0, Set.of());

  /** Keeps its own set of statistics. */
  public Request {
    statistics = Set.copyOf(statistics);
  }

  /**
   * The loss and its gradient with respect to the input. To compute the gradient in place, give the
   * input itself: its elements are then overwritten.
   *
   * @param destination of the input's shape, and of its type or its arithmetic type
   * @return a request
   */
  public static Request gradient(Tensor destination) {
    return LOSS.withInputGradient(destination);
  }

  /**
   * The same request with the gradient with respect to the input.
   *
   * @param destination of the input's shape, and of its type or its arithmetic type; the input
   *     itself to overwrite it
   * @return a new request
   */
  public Request withInputGradient(Tensor destination) {
    return new Request(destination, targetGradient, upstream, accuracy, firstRow, statistics);
  }

  /**
   * The same request with the gradient with respect to a floating target.
   *
   * @param destination of the target's shape and type
   * @return a new request
   */
  public Request withTargetGradient(Tensor destination) {
    return new Request(inputGradient, destination, upstream, accuracy, firstRow, statistics);
  }

  /**
   * The same request with the gradient of the caller's function with respect to the loss.
   *
   * @param gradient of the loss's shape and type
   * @return a new request
   */
  public Request withUpstream(Tensor gradient) {
    return new Request(inputGradient, targetGradient, gradient, accuracy, firstRow, statistics);
  }

  /**
   * The same request with the number of rows whose target has the largest logit.
   *
   * @return a new request
   */
  public Request withAccuracy() {
    return new Request(inputGradient, targetGradient, upstream, true, firstRow, statistics);
  }

  /**
   * The same request for an input that is part of a larger one.
   *
   * @param row what row 0 of the input is called in messages
   * @return a new request
   */
  public Request withFirstRow(long row) {
    return new Request(inputGradient, targetGradient, upstream, accuracy, row, statistics);
  }

  /**
   * The same request with statistics of the rows; {@link LossResult#statistic} then has them. They
   * are for {@link CrossEntropyLoss} only.
   *
   * @param wanted which, in place of those that were wanted
   * @return a new request
   */
  public Request withStatistics(RowStatistic... wanted) {
    return new Request(
        inputGradient,
        targetGradient,
        upstream,
        accuracy,
        firstRow,
        Set.copyOf(Arrays.asList(wanted)));
  }
}
