// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels.Elements;
import io.github.loss4j.host.RowKernels.LabelRows;
import io.github.loss4j.host.RowKernels.Normalize;
import io.github.loss4j.host.RowKernels.NormalizeGradient;
import io.github.loss4j.host.RowKernels.ProbabilityRows;

/** The same arithmetic with loops that use the Vector API. */
final class FloatVectorArithmetic extends FloatArithmetic {
  static final FloatVectorArithmetic INSTANCE = new FloatVectorArithmetic();

  private FloatVectorArithmetic() {}

  @Override
  boolean hasVectors() {
    return true;
  }

  @Override
  RowTask crossEntropy(LabelRows task, LossWriter losses) {
    return CrossEntropyBlocks.of(task, losses, this);
  }

  @Override
  RowTask crossEntropy(ProbabilityRows task, LossWriter losses) {
    return CrossEntropyProbabilitiesBlocks.of(task, losses, this);
  }

  @Override
  RowTask softmaxFocal(LabelRows task, LossWriter losses) {
    return CrossEntropyBlocks.ofFocal(task, losses, this);
  }

  @Override
  RowTask normalize(Normalize task) {
    return NormalizeBlocks.of(task, this);
  }

  @Override
  RowTask normalizeGradient(NormalizeGradient task) {
    return NormalizeGradientBlocks.of(task, this);
  }

  @Override
  RowSum rowSum(RowView view) {
    return new FloatVectorRowSum(view, this);
  }

  @Override
  RowTask elementTask(Elements task, LossWriter losses) {
    FloatVectorElementLoss loss = FloatVectorElementLoss.orNull(task);
    return loss == null
        ? super.elementTask(task, losses)
        : new FloatVectorElementTask(task, loss, losses);
  }

  @Override
  SegmentWords segmentWords(int classes) {
    return new FloatVectorSegmentWords(classes);
  }

  @Override
  SegmentGradient segmentGradient(RowView logits, RowView gradient) {
    return new FloatVectorGradient(logits, gradient, this);
  }
}
