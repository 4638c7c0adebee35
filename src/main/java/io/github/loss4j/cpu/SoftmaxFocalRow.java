// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowKernels.LabelRows;
import org.jspecify.annotations.Nullable;

/**
 * Focal loss of one row of logits and a label y, and its gradient.
 *
 * <p>With g upstream, r = 1 - p_y and f = r^&gamma;: the loss is &alpha; f NLL, its gradient g
 * &alpha; f (1 + &gamma; p_y NLL / r) p_c, but -g &alpha; f (r + &gamma; p_y NLL) at the label. The
 * row is looked at from the label, in one pass.
 */
final class SoftmaxFocalRow implements RowTask {
  private final LabelRows task;
  private final LossWriter losses;
  private final Arithmetic arithmetic;
  private final RowView logits;
  private final RowSoftmax softmax;
  private final Focus focus;
  private final @Nullable RowGradient gradient;

  SoftmaxFocalRow(LabelRows task, LossWriter losses, Arithmetic arithmetic) {
    this.task = task;
    this.losses = losses;
    this.arithmetic = arithmetic;
    logits = new RowView(task.input(), task.rows());
    softmax = new RowSoftmax(logits, arithmetic);
    focus = new Focus(task.parameters().gamma(), arithmetic);
    gradient = RowGradient.orNull(task.gradient(), logits, task.rows(), arithmetic);
  }

  @Override
  public void compute(long row) {
    int label = (int) task.labels().getLong(row);
    Tensor correct = task.correct();
    if (label < 0) {
      losses.set(row, 0);
      if (correct != null) {
        correct.setLong(row, 0);
      }
      if (gradient != null) {
        softmax.from(row, 0);
        gradient.ignore(row, softmax);
      }
      return;
    }
    softmax.from(row, label);
    if (correct != null) {
      correct.setLong(row, softmax.isFirstLargest(row, label) ? 1 : 0);
    }
    DoubleWord rest = softmax.referenceComplement();
    double alpha = ClassWeight.of(task.parameters().weight(), label);
    DoubleWord focused = focus.of(rest).by(alpha, arithmetic);
    losses.set(row, focused.times(softmax.nll(), arithmetic));
    if (gradient != null) {
      writeGradient(gradient, row, label, alpha, rest, focused);
    }
  }

  private void writeGradient(
      RowGradient into, long row, int label, double alpha, DoubleWord rest, DoubleWord focused) {
    DoubleWord pull = focus.pull(softmax.referenceProbability(), softmax.nll());
    DoubleWord pulled = focused.by(rest.plus(pull, arithmetic), arithmetic);
    DoubleWord upstream = into.upstream(row);
    // Taken from 0, so that a certain row has the 0 of cross-entropy, not -0.
    DoubleWord derivative = DoubleWord.of(0).plus(pulled.negated(), arithmetic);
    double atLabel = into.atLabel(upstream, alpha, derivative);
    DoubleWord steepness = focused.by(focus.slope(pull, rest), arithmetic);
    DoubleWord push = upstream.by(steepness, arithmetic);
    into.write(row, softmax.pushedBy(push, label, atLabel));
  }
}
