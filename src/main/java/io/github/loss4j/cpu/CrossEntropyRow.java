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
  private final DoubleWord keep;
  private final DoubleWord spread;
  private final double weightSum;
  private final ZLoss zLoss;
  private final @Nullable RowStatistics statistics;
  private final OrderedDot dot;
  private final double[] x;
  private final double[] y;
  private final double[] tails;
  private final double[] w;

  CrossEntropyRow(LabelRows task, Arithmetic arithmetic) {
    this.task = task;
    this.arithmetic = arithmetic;
    logits =
        new RowView(
            task.input(),
            task.rows(),
            ElementTransform.orNull(task.parameters().transform(), arithmetic));
    softmax = new RowSoftmax(logits, arithmetic);
    gradient = RowGradient.orNull(task.gradient(), logits, task.rows(), arithmetic);
    Smoothing smoothing = task.parameters().smoothing();
    smoothed = smoothing != null;
    int length = smoothed ? logits.count(0) : 0;
    x = new double[length];
    y = new double[length];
    tails = new double[length];
    w = new double[length];
    if (smoothing == null) {
      keep = DoubleWord.of(1);
      spread = DoubleWord.of(0);
      weightSum = 0;
    } else {
      keep = new DoubleWord(smoothing.keep(), smoothing.keepTail());
      spread = new DoubleWord(smoothing.spread(), smoothing.spreadTail());
      weightSum = smoothing.weightSum();
    }
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
    look(row, label);
    Tensor correct = task.correct();
    if (correct != null) {
      correct.setLong(row, softmax.isFirstLargest(row, label) ? 1 : 0);
    }
    if (statistics != null) {
      double nll = smoothed ? 0 - softmax.logProbability(target) : softmax.nll().head();
      statistics.compute(logits, row, softmax, label, nll);
    }
    double weight = ClassWeight.of(task.parameters().weight(), label);
    DoubleWord kept = keep.by(weight, arithmetic);
    task.losses().setDouble(row, zLoss.addTo(loss(row, target, kept), softmax));
    if (gradient != null) {
      writeGradient(gradient, row, label, target, kept, weight);
    }
  }

  private void look(long row, int c) {
    if (smoothed) {
      softmax.fromLargest(row);
    } else {
      softmax.from(row, c);
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
    look(row, 0);
    if (statistics != null) {
      statistics.compute(logits, row, softmax, -1, 0);
    }
    if (gradient != null) {
      gradient.ignore(row, softmax);
    }
  }

  private double loss(long row, double target, DoubleWord kept) {
    if (!smoothed) {
      return kept.times(softmax.nll(), arithmetic);
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
    DoubleWord nll = softmax.logProbabilityWord(target).negated();
    DoubleWord evenly = spread.by(-dot.sum(), arithmetic);
    return kept.by(nll, arithmetic).plus(evenly, arithmetic).head();
  }

  private void writeGradient(
      RowGradient into, long row, int label, double target, DoubleWord kept, double weight) {
    DoubleWord upstream = into.upstream(row);
    DoubleWord all = smoothed ? kept.plus(spread.by(weightSum, arithmetic), arithmetic) : kept;
    DoubleWord push = upstream.by(zLoss.addPullTo(all, softmax), arithmetic);
    double atLabel = into.atLabel(upstream, kept.head(), derivativeAtLabel(target, kept, weight));
    if (!smoothed) {
      into.write(row, softmax.pushedBy(push, label, atLabel));
      return;
    }
    DoubleWord evenly = upstream.by(spread, arithmetic);
    for (int c = 0; c < logits.classes(); c += RowOrder.SEGMENT) {
      int count = logits.read(row, c, x);
      softmax.probabilities(x, count, y, tails);
      ClassWeight.read(task.parameters().weight(), c, count, w);
      for (int j = 0; j < count; j++) {
        DoubleWord share = evenly.by(w[j], arithmetic);
        y[j] = c + j == label ? atLabel : push.timesLess(y[j], tails[j], share, arithmetic);
      }
      logits.chain(row, c, y);
      into.destination().write(row, c, y);
    }
  }

  /** The label's own share is taken from 1 first, so that a confident row keeps its digits. */
  private DoubleWord derivativeAtLabel(double target, DoubleWord kept, double weight) {
    DoubleWord p = softmax.probability(target);
    DoubleWord pull = kept.by(softmax.complement(target, p), arithmetic);
    DoubleWord push = zLoss.addPullTo(DoubleWord.of(0), softmax).by(p, arithmetic);
    if (smoothed) {
      DoubleWord excess = p.by(weightSum, arithmetic).plus(DoubleWord.of(-weight), arithmetic);
      push = push.plus(spread.by(excess, arithmetic), arithmetic);
    }
    return push.plus(pull.negated(), arithmetic);
  }
}
