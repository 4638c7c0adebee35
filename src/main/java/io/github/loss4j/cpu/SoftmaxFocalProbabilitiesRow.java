// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels.ProbabilityRows;
import io.github.loss4j.host.RowOrder;
import org.jspecify.annotations.Nullable;

/**
 * Focal loss of one row of logits and target probabilities q, and its gradients.
 *
 * <p>With g upstream, a_c = &alpha;_c q_c, r = 1 - p, f = r^&gamma; and s = f (1 - &gamma; p log p
 * / r): the loss is -&sum; a_c f_c log p_c, its gradient g (p_c &sum; a_j s_j - a_c s_c), and that
 * of the target -g &alpha;_c f_c log p_c.
 */
final class SoftmaxFocalProbabilitiesRow implements RowTask {
  private final ProbabilityRows task;
  private final LossWriter losses;
  private final Arithmetic arithmetic;
  private final RowView logits;
  private final RowView targets;
  private final RowSoftmax softmax;
  private final Focus focus;
  private final @Nullable RowGradient gradient;
  private final @Nullable RowGradient targetGradient;
  private final OrderedDot loss;
  private final OrderedDot total;
  private final double[] x = new double[RowOrder.SEGMENT];
  private final double[] p = new double[RowOrder.SEGMENT];
  private final double[] tails = new double[RowOrder.SEGMENT];
  private final DoubleWord[] f = new DoubleWord[RowOrder.SEGMENT];
  private final double[] focused = new double[RowOrder.SEGMENT];
  private final DoubleWord[] steepness = new DoubleWord[RowOrder.SEGMENT];
  private final double[] s = new double[RowOrder.SEGMENT];
  private final double[] a = new double[RowOrder.SEGMENT];
  private final double[] w = new double[RowOrder.SEGMENT];

  SoftmaxFocalProbabilitiesRow(ProbabilityRows task, LossWriter losses, Arithmetic arithmetic) {
    this.task = task;
    this.losses = losses;
    this.arithmetic = arithmetic;
    logits = new RowView(task.input(), task.rows());
    targets = new RowView(task.targets(), task.rows());
    softmax = new RowSoftmax(logits, arithmetic);
    focus = new Focus(task.parameters().gamma(), arithmetic);
    gradient = RowGradient.orNull(task.gradient(), logits, task.rows(), arithmetic);
    targetGradient = RowGradient.orNull(task.targetGradient(), logits, task.rows(), arithmetic);
    loss = new OrderedDot(arithmetic);
    total = new OrderedDot(arithmetic);
  }

  @Override
  public void compute(long row) {
    softmax.fromLargest(row);
    loss.reset();
    total.reset();
    for (int c = 0; c < logits.classes(); c += RowOrder.SEGMENT) {
      int count = readSegment(row, c);
      loss.addSegment(a, focused, count);
      if (gradient != null) {
        total.addSegment(a, s, count);
      }
    }
    losses.set(row, -loss.sum());
    if (gradient != null || targetGradient != null) {
      writeGradients(row);
    }
  }

  /** Reads a segment and computes of each class p, f, f log p and, for a gradient, s. */
  private int readSegment(long row, int from) {
    int count = logits.read(row, from, x);
    softmax.probabilities(x, count, p, tails);
    targets.read(row, from, a);
    ClassWeight.read(task.parameters().weight(), from, count, w);
    for (int j = 0; j < count; j++) {
      a[j] = arithmetic.round(w[j] * a[j]);
      DoubleWord probability = new DoubleWord(p[j], tails[j]);
      DoubleWord rest = softmax.complement(x[j], probability);
      f[j] = focus.of(rest);
      focused[j] = f[j].times(softmax.logProbability(x[j]), arithmetic);
      if (gradient != null) {
        DoubleWord nll = softmax.logProbabilityWord(x[j]).negated();
        DoubleWord slope = focus.slope(focus.pull(probability, nll), rest);
        steepness[j] = slope.by(f[j], arithmetic);
        s[j] = arithmetic.round(steepness[j].head() + steepness[j].tail());
      }
    }
    return count;
  }

  /** Each element is read before it is written: a destination may be the logits or the targets. */
  private void writeGradients(long row) {
    for (int c = 0; c < logits.classes(); c += RowOrder.SEGMENT) {
      int count = readSegment(row, c);
      if (gradient != null) {
        DoubleWord upstream = gradient.upstream(row);
        DoubleWord push = upstream.by(total.sum(), arithmetic);
        for (int j = 0; j < count; j++) {
          DoubleWord own = steepness[j].by(a[j], arithmetic);
          s[j] = push.timesLess(p[j], tails[j], upstream.by(own, arithmetic), arithmetic);
        }
        gradient.destination().write(row, c, s);
      }
      if (targetGradient != null) {
        DoubleWord upstream = targetGradient.upstream(row);
        for (int j = 0; j < count; j++) {
          DoubleWord nll = softmax.logProbabilityWord(x[j]).negated();
          DoubleWord own = nll.by(f[j], arithmetic);
          focused[j] = upstream.times(own.by(w[j], arithmetic), arithmetic);
        }
        targetGradient.destination().write(row, c, focused);
      }
    }
  }
}
