// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import io.github.loss4j.host.LinearCase;
import io.github.loss4j.host.Reference;
import java.util.Arrays;

/**
 * Cross-entropy of a linear layer as its definition has it, in float64 from the innermost loop out:
 * nothing here is shared with the library.
 *
 * <p>With a<sub>c</sub> = (1-&epsilon;) w<sub>y</sub> [c = y] + &epsilon;/C w<sub>c</sub> a row's
 * loss is -&sum; a<sub>c</sub> log p<sub>c</sub>, whose derivative by logit c is p<sub>c</sub>
 * &sum; a - a<sub>c</sub>.
 */
final class LinearReference {
  private final LinearCase of;
  private final int rows;
  private final int classes;
  private final int width;
  private final double[] hidden;
  private final double[] weight;

  /** The loss of each row. */
  final double[] losses;

  /** Their sum, or their mean. */
  final double value;

  final double[] hiddenGradient;
  final double[] weightGradient;
  final double[] biasGradient;

  LinearReference(LinearCase of) {
    this.of = of;
    rows = (int) of.target().size();
    classes = (int) of.classes().weight().extent(0);
    width = (int) of.classes().weight().extent(1);
    hidden = of.hidden().toDoubleArray();
    weight = of.classes().weight().toDoubleArray();
    losses = new double[rows];
    hiddenGradient = new double[hidden.length];
    weightGradient = new double[weight.length];
    biasGradient = new double[classes];
    double divisor = divisor();
    for (int row = 0; row < rows; row++) {
      if (!isIgnored(row)) {
        addRow(row, divisor);
      }
    }
    value = Arrays.stream(losses).sum() / divisor;
  }

  private boolean isIgnored(int row) {
    return of.target().getLong(row) == of.loss().ignoreIndex();
  }

  private double divisor() {
    if (of.loss().reduction() != Reduction.MEAN) {
      return 1;
    }
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      sum += isIgnored(row) ? 0 : classWeight((int) of.target().getLong(row));
    }
    return sum;
  }

  private void addRow(int row, double divisor) {
    double[] a = coefficients((int) of.target().getLong(row));
    double[] logP = Reference.logSoftmax(logits(row));
    double sum = Arrays.stream(a).sum();
    for (int c = 0; c < classes; c++) {
      losses[row] -= a[c] * logP[c];
      double derivative = StrictMath.exp(logP[c]) * sum - a[c];
      addGradient(row, c, upstream(row) / divisor * derivative);
    }
  }

  private double[] logits(int row) {
    double[] logits = new double[classes];
    for (int c = 0; c < classes; c++) {
      Tensor bias = of.classes().bias();
      logits[c] = bias == null ? 0 : bias.getDouble(c);
      for (int d = 0; d < width; d++) {
        logits[c] += hidden[row * width + d] * weight[c * width + d];
      }
    }
    return logits;
  }

  private double[] coefficients(int label) {
    double smoothing = of.loss().labelSmoothing();
    double[] a = new double[classes];
    Arrays.setAll(a, c -> smoothing / classes * classWeight(c));
    a[label] += (1 - smoothing) * classWeight(label);
    return a;
  }

  private void addGradient(int row, int c, double gradient) {
    biasGradient[c] += gradient;
    for (int d = 0; d < width; d++) {
      hiddenGradient[row * width + d] += gradient * weight[c * width + d];
      weightGradient[c * width + d] += gradient * hidden[row * width + d];
    }
  }

  private double classWeight(int c) {
    Tensor weights = of.loss().weight();
    return weights == null ? 1 : weights.getDouble(c);
  }

  private double upstream(int row) {
    Tensor upstream = of.upstream();
    if (upstream == null) {
      return 1;
    }
    return upstream.getDouble(of.loss().reduction() == Reduction.NONE ? row : 0);
  }
}
