// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowKernels.LabelRows;
import io.github.loss4j.host.RowOrder;
import io.github.loss4j.host.Smoothing;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy of one row of logits and a label, and its gradient.
 *
 * <p>With g upstream, a = (1-&epsilon;) w_y, b = &epsilon;/C and W = &sum; w_c: the gradient is g
 * ((a + b W + 2 &lambda; lse) p_c - b w_c), less g a at the label, with the z-loss &lambda;
 * lse&sup2;. Without smoothing the row is looked at from the label, in one pass; with it, from the
 * largest logit, since every log-probability counts.
 */
final class CrossEntropyRow implements RowTask {
  private final LabelRows task;
  private final Arithmetic arithmetic;
  private final RowView logits;
  private final RowSoftmax softmax;
  private final @Nullable RowGradient gradient;
  private final boolean smoothed;
  private final double keep;
  private final double spread;
  private final double spreadSum;
  private final ZLoss zLoss;
  private final @Nullable RowStatistics statistics;
  private final OrderedDot dot;
  private final double[] x = new double[RowOrder.SEGMENT];
  private final double[] y = new double[RowOrder.SEGMENT];
  private final double[] w = new double[RowOrder.SEGMENT];

  CrossEntropyRow(LabelRows task, Arithmetic arithmetic) {
    this.task = task;
    this.arithmetic = arithmetic;
    logits =
        new RowView(
            task.input(),
            task.rows(),
            ElementTransform.orNull(task.parameters().transform(), arithmetic));
    softmax = new RowSoftmax(logits, arithmetic);
    gradient = RowGradient.orNull(task.gradient(), task.rows(), arithmetic);
    Smoothing smoothing = task.parameters().smoothing();
    smoothed = smoothing != null;
    keep = smoothing == null ? 1 : smoothing.keep();
    spread = smoothing == null ? 0 : smoothing.spread();
    spreadSum = smoothing == null ? 0 : smoothing.spreadSum();
    zLoss = new ZLoss(task.parameters().zLoss(), arithmetic);
    statistics = RowStatistics.orNull(task.statistics(), arithmetic);
    dot = new OrderedDot(arithmetic);
  }

  @Override
  public void compute(long row) {
    int label = (int) task.labels().getLong(row);
    if (label < 0) {
      computeIgnored(row);
      return;
    }
    double target = logits.get(row, label);
    look(row, target);
    Tensor correct = task.correct();
    if (correct != null) {
      correct.setLong(row, softmax.isFirstLargest(row, label) ? 1 : 0);
    }
    if (statistics != null) {
      double nll = smoothed ? 0 - softmax.logProbability(target) : softmax.nll();
      statistics.compute(logits, row, softmax, label, nll);
    }
    double kept = arithmetic.round(keep * ClassWeight.of(task.parameters().weight(), label));
    task.losses().setDouble(row, zLoss.addTo(loss(row, target, kept), softmax));
    if (gradient != null) {
      writeGradient(gradient, row, label, target, kept);
    }
  }

  private void look(long row, double target) {
    if (smoothed) {
      softmax.fromLargest(row);
    } else {
      softmax.from(row, target);
    }
  }

  private void computeIgnored(long row) {
    task.losses().setDouble(row, 0);
    if (task.correct() != null) {
      task.correct().setLong(row, 0);
    }
    if (gradient == null && statistics == null) {
      return;
    }
    look(row, logits.get(row, 0));
    if (statistics != null) {
      statistics.compute(logits, row, softmax, -1, 0);
    }
    if (gradient != null) {
      gradient.ignore(row, softmax);
    }
  }

  private double loss(long row, double target, double kept) {
    if (!smoothed) {
      return arithmetic.round(kept * softmax.nll());
    }
    dot.reset();
    for (int c = 0; c < logits.classes(); c += RowOrder.SEGMENT) {
      int count = logits.read(row, c, x);
      for (int j = 0; j < count; j++) {
        y[j] = softmax.logProbability(x[j]);
      }
      ClassWeight.read(task.parameters().weight(), c, count, w);
      dot.addSegment(w, y, count);
    }
    double atTarget = arithmetic.round(kept * -softmax.logProbability(target));
    return arithmetic.fma(spread, -dot.sum(), atTarget);
  }

  private void writeGradient(RowGradient into, long row, int label, double target, double kept) {
    DoubleWord upstream = into.upstream(row);
    double zPull = zLoss.pull(softmax);
    for (int c = 0; c < logits.classes(); c += RowOrder.SEGMENT) {
      int count = logits.read(row, c, x);
      softmax.probabilities(x, count, y);
      ClassWeight.read(task.parameters().weight(), c, count, w);
      for (int j = 0; j < count; j++) {
        boolean atLabel = c + j == label;
        double push = pushed(kept, zPull, atLabel, y[j], w[j]);
        y[j] =
            atLabel
                ? into.atLabel(upstream, kept, pulled(push, kept, softmax.complement(target, y[j])))
                : upstream.times(push, arithmetic);
      }
      logits.chain(row, c, y);
      into.destination().write(row, c, y);
    }
  }

  /** The derivative without what the label pulls, and at the label without its share of it. */
  private double pushed(
      double kept, double zPull, boolean atLabel, double probability, double weight) {
    if (smoothed) {
      double sum = atLabel ? spreadSum : arithmetic.round(kept + spreadSum);
      double factor = zLoss.isOn() ? arithmetic.round(sum + zPull) : sum;
      return arithmetic.fma(factor, probability, -arithmetic.round(spread * weight));
    }
    if (zLoss.isOn()) {
      double factor = arithmetic.round((atLabel ? 0 : kept) + zPull);
      return arithmetic.round(factor * probability);
    }
    return atLabel ? 0 : arithmetic.round(kept * probability);
  }

  private double pulled(double pushed, double kept, double complement) {
    return arithmetic.round(pushed - arithmetic.round(kept * complement));
  }
}
