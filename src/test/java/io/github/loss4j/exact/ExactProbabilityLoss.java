// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy with target probabilities: -&sum; w_c ((1-&epsilon;) q_c + &epsilon;/C) log p_c +
 * &lambda; lse&sup2;, of what the logits are transformed to.
 */
final class ExactProbabilityLoss {
  private final CrossEntropyLoss crossEntropy;
  private final ExactTransform transform;
  private final ExactRows rows;
  private final ExactRows targets;
  private final Wide[] weight;
  private final Wide kept;
  private final Wide spread;
  private final Wide[] losses;
  private final Wide[] gradient;
  private final Wide[] targetGradient;

  private ExactProbabilityLoss(CrossEntropyLoss loss, Tensor input, Tensor target) {
    crossEntropy = loss;
    transform = ExactTransform.of(loss);
    rows = new ExactRows(input, ClassLoss.classAxis(input));
    targets = new ExactRows(target, ClassLoss.classAxis(target));
    weight = ExactLabelLoss.weights(loss.weight(), rows.classes());
    kept = Wide.ONE.minus(Wide.of(loss.labelSmoothing()));
    spread = Wide.of(loss.labelSmoothing()).over(Wide.of(rows.classes()));
    losses = new Wide[rows.count()];
    gradient = new Wide[rows.size()];
    targetGradient = new Wide[rows.size()];
  }

  static ExactResult of(
      CrossEntropyLoss loss, Tensor input, Tensor target, @Nullable Tensor upstream) {
    ExactProbabilityLoss exact = new ExactProbabilityLoss(loss, input, target);
    ExactReduction reduction =
        new ExactReduction(loss.reduction(), Wide.of(exact.rows.count()), upstream);
    for (int row = 0; row < exact.rows.count(); row++) {
      exact.compute(row, reduction.upstream(row));
    }
    return new ExactResult(
        reduction.reduce(exact.losses), List.of(exact.gradient), List.of(exact.targetGradient));
  }

  private void compute(int row, Wide upstream) {
    ExactSoftmax softmax = rows.softmax(row, transform);
    ExactZLoss zLoss = new ExactZLoss(crossEntropy, softmax);
    double[] x = rows.row(row);
    double[] q = targets.row(row);
    Wide[] a = new Wide[q.length];
    Wide total = Wide.ZERO;
    Wide loss = Wide.ZERO;
    for (int c = 0; c < q.length; c++) {
      a[c] = weight[c].times(kept.times(Wide.of(q[c])).plus(spread));
      total = total.plus(a[c]);
      loss = loss.minus(a[c].times(softmax.logProbability(c)));
    }
    losses[row] = loss.plus(zLoss.value());
    for (int c = 0; c < q.length; c++) {
      // p sum(a) - a, without a difference of large numbers.
      Wide pushed = softmax.probability(c).times(total.minus(a[c]));
      Wide derivative = pushed.minus(a[c].times(softmax.complement(c)));
      derivative = derivative.plus(zLoss.derivative(c)).times(transform.derivative(x[c]));
      gradient[rows.position(row, c)] = upstream.times(derivative);
      Wide ofTarget = kept.times(weight[c]).times(softmax.logProbability(c)).negated();
      targetGradient[rows.position(row, c)] = upstream.times(ofTarget);
    }
  }
}
