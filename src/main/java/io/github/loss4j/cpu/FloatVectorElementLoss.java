// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels.Elements;
import org.jspecify.annotations.Nullable;

/**
 * An elementwise loss with the Vector API: what {@link ElementLosses} computes of an element, in
 * stages over a block, with the same bits. Where a stage lacks a case that is rare, the loss is
 * NaN.
 */
@FunctionalInterface
interface FloatVectorElementLoss {
  /** Adds the stages that compute a block. */
  void addTo(FloatVectorStages stages, ElementBlock block);

  /** That of a task, if there is one: a loss can do without. */
  static @Nullable FloatVectorElementLoss orNull(Elements task) {
    return switch (task.kernel()) {
      case BCE -> FloatVectorBce::add;
      case BCE_WITH_LOGITS ->
          (stages, block) -> new FloatVectorBceWithLogits(stages, block, task.factor() != null);
      case KL_DIV -> FloatVectorKlDiv::add;
      case KL_DIV_LOG_TARGET -> FloatVectorKlDivLogTarget::add;
      case SIGMOID_FOCAL ->
          (stages, block) -> new FloatVectorSigmoidFocal(stages, block, task.alpha(), task.gamma());
      default -> null;
    };
  }
}
