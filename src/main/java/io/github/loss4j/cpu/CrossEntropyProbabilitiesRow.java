// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels.ProbabilityRows;
import io.github.loss4j.host.RowOrder;
import io.github.loss4j.host.Smoothing;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy of one row of logits and target probabilities q, and its gradients.
 *
 * <p>With g upstream and a_c = w_c ((1-&epsilon;) q_c + &epsilon;/C): the loss is -&sum; a_c log
 * p_c + &lambda; lse&sup2;, its gradient g (p_c (&sum; a_j + 2 &lambda; lse) - a_c), and that of
 * the target -g (1-&epsilon;) w_c log p_c.
 */
final class CrossEntropyProbabilitiesRow implements RowTask {
  private final ProbabilityRows task;
  private final LossWriter losses;
  private final Arithmetic arithmetic;
  private final RowView logits;
  private final RowView targets;
  private final RowSoftmax softmax;
  private final @Nullable RowGradient gradient;
  private final @Nullable RowGradient targetGradient;
  private final boolean smoothed;
  private final DoubleWord keep;
  private final double spread;
  private final ZLoss zLoss;
  private final @Nullable RowStatistics statistics;
  private final OrderedDot loss;
  private final OrderedDot total;
  private final SegmentWords x;
  private final SegmentWords y;
  private final SegmentWords a;
  private final SegmentWords w;
  private final SegmentWords ones;

  CrossEntropyProbabilitiesRow(ProbabilityRows task, LossWriter losses, Arithmetic arithmetic) {
    this.task = task;
    this.losses = losses;
    this.arithmetic = arithmetic;
    logits =
        new RowView(
            task.input(),
            task.rows(),
            ElementTransform.orNull(task.parameters().transform(), arithmetic));
    targets = new RowView(task.targets(), task.rows());
    softmax = new RowSoftmax(logits, arithmetic);
    gradient = RowGradient.orNull(task.gradient(), logits, task.rows(), arithmetic);
    targetGradient = RowGradient.orNull(task.targetGradient(), logits, task.rows(), arithmetic);
    Smoothing smoothing = task.parameters().smoothing();
    smoothed = smoothing != null;
    keep =
        smoothing == null
            ? DoubleWord.of(1)
            : new DoubleWord(smoothing.keep(), smoothing.keepTail());
    spread = smoothing == null ? 0 : smoothing.spread();
    zLoss = new ZLoss(task.parameters().zLoss(), arithmetic);
    statistics = RowStatistics.orNull(task.statistics(), logits, softmax, arithmetic);
    loss = new OrderedDot(arithmetic);
    total = new OrderedDot(arithmetic);
    x = arithmetic.segmentWords(logits.classes());
    y = arithmetic.segmentWords(logits.classes());
    a = arithmetic.segmentWords(logits.classes());
    w = arithmetic.segmentWords(logits.classes());
    ones = arithmetic.segmentWords(logits.classes());
    ones.fill(1);
  }

  @Override
  public void compute(long row) {
    softmax.fromLargest(row);
    loss.reset();
    total.reset();
    for (int c = 0; c < logits.classes(); c += RowOrder.SEGMENT) {
      x.read(logits, row, c);
      y.logProbabilities(x, softmax);
      readCoefficients(row, c);
      loss.addSegment(a, y);
      total.addSegment(a, ones);
    }
    losses.set(row, zLoss.addTo(-loss.sum(), softmax));
    if (statistics != null) {
      statistics.compute(row, -1, 0);
    }
    if (gradient != null || targetGradient != null) {
      writeGradients(row);
    }
  }

  private void readCoefficients(long row, int from) {
    a.read(targets, row, from);
    w.resize(a);
    w.readWeights(task.parameters().weight(), from);
    if (smoothed) {
      a.spread(keep, spread);
    }
    a.multiply(w);
  }

  /** Each element is read before it is written: a destination may be the logits or the targets. */
  private void writeGradients(long row) {
    DoubleWord factor = zLoss.addPullTo(DoubleWord.of(total.sum()), softmax);
    for (int c = 0; c < logits.classes(); c += RowOrder.SEGMENT) {
      x.read(logits, row, c);
      readCoefficients(row, c);
      if (gradient != null) {
        DoubleWord upstream = gradient.upstream(row);
        y.probabilities(x, softmax);
        y.timesLess(y, upstream.by(factor, arithmetic), upstream, a);
        y.chain(logits, row, c);
        y.write(gradient.destination(), row, c);
      }
      if (targetGradient != null) {
        y.weightedNll(x, w, keep, targetGradient.upstream(row), softmax);
        y.write(targetGradient.destination(), row, c);
      }
    }
  }
}
