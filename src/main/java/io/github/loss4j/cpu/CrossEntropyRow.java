// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowKernels.LabelRows;
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
  /** The targets of so many rows are read before the first of these is looked at. */
  private static final int AHEAD = 16;

  private final LabelRows task;
  private final LossWriter losses;
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
  private @Nullable SmoothedRow smoothedRow;
  private final int[] labels = new int[AHEAD];
  private final double[] targets = new double[AHEAD];

  CrossEntropyRow(LabelRows task, LossWriter losses, Arithmetic arithmetic) {
    this.task = task;
    this.losses = losses;
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
    statistics = RowStatistics.orNull(task.statistics(), logits, softmax, arithmetic);
  }

  @Override
  public void compute(long row) {
    compute(row, row + 1);
  }

  @Override
  public void compute(long from, long to) {
    for (long first = from; first < to; first += targets.length) {
      int count = (int) Math.min(targets.length, to - first);
      readTargets(first, count);
      for (int i = 0; i < count; i++) {
        compute(first + i, labels[i], targets[i]);
      }
    }
  }

  /** Each lies elsewhere in memory: the processor waits for all of them together. */
  private void readTargets(long first, int count) {
    for (int i = 0; i < count; i++) {
      labels[i] = (int) task.labels().getLong(first + i);
    }
    for (int i = 0; i < count; i++) {
      targets[i] = labels[i] < 0 ? 0 : logits.get(first + i, labels[i]);
    }
  }

  private void compute(long row, int label, double target) {
    if (label < 0) {
      computeIgnored(row);
      return;
    }
    look(row, label, target);
    Tensor correct = task.correct();
    if (correct != null) {
      correct.setLong(row, softmax.isFirstLargest(row, label) ? 1 : 0);
    }
    if (statistics != null) {
      double nll = smoothed ? 0 - softmax.logProbability(target) : softmax.nll().head();
      statistics.compute(row, label, nll);
    }
    double weight = ClassWeight.of(task.parameters().weight(), label);
    DoubleWord kept = keep.by(weight, arithmetic);
    losses.set(row, zLoss.addTo(loss(row, target, kept), softmax));
    if (gradient != null) {
      writeGradient(gradient, row, label, target, kept, weight);
    }
  }

  private void look(long row, int c, double reference) {
    if (smoothed) {
      softmax.fromLargest(row);
    } else {
      softmax.from(row, c, reference);
    }
  }

  private void computeIgnored(long row) {
    losses.set(row, 0);
    if (task.correct() != null) {
      task.correct().setLong(row, 0);
    }
    if (gradient == null && statistics == null) {
      return;
    }
    look(row, 0, logits.get(row, 0));
    if (statistics != null) {
      statistics.compute(row, -1, 0);
    }
    if (gradient != null) {
      gradient.ignore(row, softmax);
    }
  }

  private double loss(long row, double target, DoubleWord kept) {
    if (!smoothed) {
      return kept.times(softmax.nll(), arithmetic);
    }
    DoubleWord nll = softmax.logProbabilityWord(target).negated();
    DoubleWord evenly = spread.by(-smoothedRow().logProbabilities(row), arithmetic);
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
    smoothedRow().writeGradient(into.destination(), row, push, evenly, label, atLabel);
  }

  /** Has memory of its own, which a loss without smoothing does without. */
  private SmoothedRow smoothedRow() {
    if (smoothedRow == null) {
      smoothedRow = new SmoothedRow(logits, softmax, task.parameters().weight(), arithmetic);
    }
    return smoothedRow;
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
