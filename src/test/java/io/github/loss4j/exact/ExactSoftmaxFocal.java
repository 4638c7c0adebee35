// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Softmax focal loss: &sum; a_c f(p_c) per row with f(p) = -(1-p)^&gamma; log p and a = &alpha; q,
 * where q is 1 at the label and 0 elsewhere, or the target probabilities.
 */
final class ExactSoftmaxFocal {
  private final SoftmaxFocalLoss loss;
  private final Wide gamma;
  private final ExactRows rows;
  private final Tensor target;
  private final @Nullable ExactRows probabilities;
  private final Wide[] alpha;
  private final Wide[] losses;
  private final Wide[] gradient;
  private final Wide[] targetGradient;

  private ExactSoftmaxFocal(SoftmaxFocalLoss loss, Tensor input, Tensor target) {
    this.loss = loss;
    this.target = target;
    gamma = Wide.of(loss.gamma());
    rows = new ExactRows(input, ClassLoss.classAxis(input));
    boolean labels = !target.dtype().isFloating();
    probabilities = labels ? null : new ExactRows(target, ClassLoss.classAxis(target));
    alpha = ExactLabelLoss.weights(loss.alpha(), rows.classes());
    losses = new Wide[rows.count()];
    gradient = new Wide[rows.size()];
    targetGradient = new Wide[rows.size()];
  }

  static ExactResult of(
      SoftmaxFocalLoss loss, Tensor input, Tensor target, @Nullable Tensor upstream) {
    ExactSoftmaxFocal exact = new ExactSoftmaxFocal(loss, input, target);
    ExactReduction reduction = new ExactReduction(loss.reduction(), exact.divisor(), upstream);
    for (int row = 0; row < exact.rows.count(); row++) {
      exact.compute(row, reduction.upstream(row));
    }
    return new ExactResult(
        reduction.reduce(exact.losses),
        List.of(exact.gradient),
        exact.probabilities == null ? null : List.of(exact.targetGradient));
  }

  private Wide divisor() {
    int counted = 0;
    for (int row = 0; row < rows.count(); row++) {
      counted += isIgnored(row) ? 0 : 1;
    }
    return Wide.of(counted);
  }

  private boolean isIgnored(int row) {
    return probabilities == null && target.getLong(row) == loss.ignoreIndex();
  }

  private Wide[] targets(int row) {
    Wide[] q = new Wide[rows.classes()];
    Arrays.fill(q, Wide.ZERO);
    if (probabilities != null) {
      double[] given = probabilities.row(row);
      Arrays.setAll(q, c -> Wide.of(given[c]));
    } else if (!isIgnored(row)) {
      q[Math.toIntExact(target.getLong(row))] = Wide.ONE;
    }
    return q;
  }

  private void compute(int row, Wide upstream) {
    ExactSoftmax softmax = rows.softmax(row);
    Wide[] q = targets(row);
    Wide[] slopes = new Wide[q.length];
    Wide loss = Wide.ZERO;
    Wide sum = Wide.ZERO;
    for (int c = 0; c < q.length; c++) {
      slopes[c] = Wide.ZERO;
      boolean counts = probabilities != null || !q[c].isZero();
      if (counts) {
        Wide a = alpha[c].times(q[c]);
        Wide value = softmax.complement(c).pow(gamma).times(softmax.logProbability(c)).negated();
        loss = loss.plus(a.times(value));
        slopes[c] = a.times(slope(softmax, c));
        targetGradient[rows.position(row, c)] = upstream.times(alpha[c]).times(value);
      }
      sum = sum.plus(slopes[c]);
    }
    losses[row] = loss;
    for (int c = 0; c < q.length; c++) {
      Wide own = slopes[c].times(softmax.complement(c));
      Wide others = softmax.probability(c).times(sum.minus(slopes[c]));
      gradient[rows.position(row, c)] = upstream.times(own.minus(others));
    }
  }

  /** The derivative of f with respect to log p. */
  private Wide slope(ExactSoftmax softmax, int c) {
    Wide rest = softmax.complement(c);
    Wide focus = rest.pow(gamma);
    if (gamma.isZero()) {
      return focus.negated();
    }
    Wide steepness = gamma.times(rest.pow(gamma.minus(Wide.ONE)));
    return steepness.times(softmax.probability(c)).times(softmax.logProbability(c)).minus(focus);
  }
}
