// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The losses of labels: NLL, and cross-entropy, which is -(1-&epsilon;) w_y log p_y - &epsilon;/C
 * &sum; w_c log p_c + &lambda; lse&sup2; per row, of what the logits are transformed to.
 */
final class ExactLabelLoss {
  private final ClassLoss loss;
  private final ExactRows rows;
  private final Tensor labels;
  private final Wide[] weight;
  private final Wide[] losses;
  private final Wide[] gradient;

  private ExactLabelLoss(ClassLoss loss, @Nullable Tensor weight, Tensor input, Tensor labels) {
    this.loss = loss;
    this.labels = labels;
    rows = new ExactRows(input, ClassLoss.classAxis(input));
    this.weight = weights(weight, rows.classes());
    losses = new Wide[rows.count()];
    gradient = new Wide[rows.size()];
  }

  static ExactResult of(NLLLoss loss, Tensor input, Tensor labels, @Nullable Tensor upstream) {
    return new ExactLabelLoss(loss, loss.weight(), input, labels).evaluate(upstream);
  }

  static ExactResult of(
      CrossEntropyLoss loss, Tensor input, Tensor labels, @Nullable Tensor upstream) {
    return new ExactLabelLoss(loss, loss.weight(), input, labels).evaluate(upstream);
  }

  private ExactResult evaluate(@Nullable Tensor upstream) {
    ExactReduction reduction = new ExactReduction(loss.reduction(), weightOfRows(), upstream);
    for (int row = 0; row < rows.count(); row++) {
      compute(row, reduction.upstream(row));
    }
    return new ExactResult(reduction.reduce(losses), List.of(gradient), null);
  }

  /** The weights of the classes, from one each or one for all. */
  static Wide[] weights(@Nullable Tensor weight, int classes) {
    Wide[] wide = new Wide[classes];
    Arrays.fill(wide, weight == null ? Wide.ONE : Wide.UNDEFINED);
    if (weight != null) {
      Arrays.setAll(wide, c -> Wide.of(weight.getDouble(weight.rank() == 0 ? 0 : c)));
    }
    return wide;
  }

  private Wide weightOfRows() {
    Wide sum = Wide.ZERO;
    for (int row = 0; row < rows.count(); row++) {
      sum = isIgnored(row) ? sum : sum.plus(weight[label(row)]);
    }
    return sum;
  }

  private boolean isIgnored(int row) {
    return labels.getLong(row) == loss.ignoreIndex();
  }

  private int label(int row) {
    return Math.toIntExact(labels.getLong(row));
  }

  private void compute(int row, Wide upstream) {
    for (int c = 0; c < rows.classes(); c++) {
      gradient[rows.position(row, c)] = Wide.ZERO;
    }
    if (isIgnored(row)) {
      losses[row] = Wide.ZERO;
    } else if (loss instanceof CrossEntropyLoss crossEntropy) {
      compute(row, upstream, crossEntropy);
    } else {
      int y = label(row);
      losses[row] = weight[y].times(Wide.of(rows.row(row)[y])).negated();
      gradient[rows.position(row, y)] = upstream.times(weight[y]).negated();
    }
  }

  private void compute(int row, Wide upstream, CrossEntropyLoss crossEntropy) {
    ExactTransform transform = ExactTransform.of(crossEntropy);
    ExactSoftmax softmax = rows.softmax(row, transform);
    ExactZLoss zLoss = new ExactZLoss(crossEntropy, softmax);
    double smoothing = crossEntropy.labelSmoothing();
    double[] x = rows.row(row);
    int y = label(row);
    Wide kept = Wide.ONE.minus(Wide.of(smoothing)).times(weight[y]);
    Wide spread = Wide.of(smoothing).over(Wide.of(rows.classes()));
    Wide sum = Wide.ZERO;
    Wide weightSum = Wide.ZERO;
    for (int c = 0; c < rows.classes() && smoothing > 0; c++) {
      sum = sum.minus(weight[c].times(softmax.logProbability(c)));
      weightSum = weightSum.plus(weight[c]);
    }
    Wide loss = spread.times(sum).minus(kept.times(softmax.logProbability(y)));
    losses[row] = loss.plus(zLoss.value());
    for (int c = 0; c < rows.classes(); c++) {
      Wide p = softmax.probability(c);
      Wide rest = softmax.complement(c);
      Wide derivative = kept.times(c == y ? rest.negated() : p);
      if (smoothing > 0) {
        // W p - w, without a difference of large numbers.
        Wide pushed = p.times(weightSum.minus(weight[c])).minus(weight[c].times(rest));
        derivative = derivative.plus(spread.times(pushed));
      }
      derivative = derivative.plus(zLoss.derivative(c)).times(transform.derivative(x[c]));
      gradient[rows.position(row, c)] = upstream.times(derivative);
    }
  }
}
