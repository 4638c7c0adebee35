// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import io.github.loss4j.CrossEntropyLoss;

/**
 * What the logits of a cross-entropy are: cap tanh(x / cap) / T, or without the cap x / T.
 *
 * @param cap infinite for none
 * @param temperature T
 */
record ExactTransform(double cap, Wide temperature) {
  static final ExactTransform NONE = new ExactTransform(Double.POSITIVE_INFINITY, Wide.ONE);

  static ExactTransform of(CrossEntropyLoss loss) {
    return new ExactTransform(loss.softCap(), Wide.of(loss.temperature()));
  }

  boolean caps() {
    return Double.isFinite(cap);
  }

  Wide of(double x) {
    if (!caps()) {
      return Wide.of(x).over(temperature);
    }
    if (Double.isInfinite(x)) {
      return Wide.of(Math.signum(x) * cap).over(temperature);
    }
    Wide u = decay(x);
    Wide tanh = Wide.ONE.minus(u).over(Wide.ONE.plus(u));
    return Wide.of(Math.signum(x) * cap).times(tanh).over(temperature);
  }

  /** The derivative with respect to x: 4 u / (1 + u)&sup2; / T, u = e^(-2 |x| / cap). */
  Wide derivative(double x) {
    if (!caps()) {
      return Wide.ONE.over(temperature);
    }
    Wide u = Double.isInfinite(x) ? Wide.ZERO : decay(x);
    Wide sum = Wide.ONE.plus(u);
    return Wide.of(4).times(u).over(sum.times(sum)).over(temperature);
  }

  private Wide decay(double x) {
    return Wide.of(-2).times(Wide.of(x).abs()).over(Wide.of(cap)).exp();
  }
}
