// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels.ProbabilityRows;
import io.github.loss4j.host.RowOrder;
import io.github.loss4j.host.Smoothing;
import java.util.Arrays;
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
  private final double[] x = new double[RowOrder.SEGMENT];
  private final double[] y = new double[RowOrder.SEGMENT];
  private final double[] tails = new double[RowOrder.SEGMENT];
  private final double[] a = new double[RowOrder.SEGMENT];
  private final double[] w = new double[RowOrder.SEGMENT];
  private final double[] ones = new double[RowOrder.SEGMENT];

  CrossEntropyProbabilitiesRow(ProbabilityRows task, Arithmetic arithmetic) {
    this.task = task;
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
    statistics = RowStatistics.orNull(task.statistics(), arithmetic);
    loss = new OrderedDot(arithmetic);
    total = new OrderedDot(arithmetic);
    Arrays.fill(ones, 1);
  }

  @Override
  public void compute(long row) {
    softmax.fromLargest(row);
    loss.reset();
    total.reset();
    for (int c = 0; c < logits.classes(); c += RowOrder.SEGMENT) {
      int count = logits.read(row, c, x);
      for (int j = 0; j < count; j++) {
        y[j] = softmax.logProbability(x[j]);
      }
      readCoefficients(row, c, count);
      loss.addSegment(a, y, count);
      total.addSegment(a, ones, count);
    }
    task.losses().setDouble(row, zLoss.addTo(-loss.sum(), softmax));
    if (statistics != null) {
      statistics.compute(logits, row, softmax, -1, 0);
    }
    if (gradient != null || targetGradient != null) {
      writeGradients(row);
    }
  }

  private void readCoefficients(long row, int from, int count) {
    targets.read(row, from, a);
    ClassWeight.read(task.parameters().weight(), from, count, w);
    for (int j = 0; j < count; j++) {
      a[j] = arithmetic.round(w[j] * (smoothed ? smoothed(a[j]) : a[j]));
    }
  }

  private double smoothed(double q) {
    return arithmetic.fma(keep.head(), q, arithmetic.fma(keep.tail(), q, spread));
  }

  /** Each element is read before it is written: a destination may be the logits or the targets. */
  private void writeGradients(long row) {
    DoubleWord factor = zLoss.addPullTo(DoubleWord.of(total.sum()), softmax);
    for (int c = 0; c < logits.classes(); c += RowOrder.SEGMENT) {
      int count = logits.read(row, c, x);
      readCoefficients(row, c, count);
      if (gradient != null) {
        softmax.probabilities(x, count, y, tails);
        DoubleWord upstream = gradient.upstream(row);
        DoubleWord push = upstream.by(factor, arithmetic);
        for (int j = 0; j < count; j++) {
          DoubleWord pull = upstream.by(a[j], arithmetic);
          y[j] = push.timesLess(y[j], tails[j], pull, arithmetic);
        }
        logits.chain(row, c, y);
        gradient.destination().write(row, c, y);
      }
      if (targetGradient != null) {
        DoubleWord upstream = targetGradient.upstream(row);
        for (int j = 0; j < count; j++) {
          DoubleWord kept = keep.by(w[j], arithmetic);
          DoubleWord nll = softmax.logProbabilityWord(x[j]).negated();
          y[j] = upstream.times(nll.by(kept, arithmetic), arithmetic);
        }
        targetGradient.destination().write(row, c, y);
      }
    }
  }
}
