// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a loss of rows as kernels take them. A loss has those that it needs. Numbers
 * are rounded to the arithmetic type.
 *
 * @param transform what the logits become as they are read, and all that follows is of; null if
 *     they stay as they are
 * @param weight per class, of the arithmetic type; null for 1
 * @param smoothing the factors of label smoothing; null for none
 * @param zLoss the factor of the squared log-sum-exp; 0 for none
 * @param gamma a parameter whose meaning is the loss's own
 */
public record RowParameters(
    @Nullable LogitTransform transform,
    @Nullable Tensor weight,
    @Nullable Smoothing smoothing,
    double zLoss,
    double gamma) {

  static RowParameters of(CrossEntropyLoss loss, Tensor input, Job job) {
    Tensor weight = ClassWeights.of("weight", loss.weight(), input, job);
    return new RowParameters(
        LogitTransform.orNull(loss, job),
        weight,
        Smoothing.orNull(loss.labelSmoothing(), weight, job),
        job.rounded(loss.zLoss()),
        0);
  }

  static RowParameters of(@Nullable Tensor weight, double gamma) {
    return new RowParameters(null, weight, null, 0, gamma);
  }
}
