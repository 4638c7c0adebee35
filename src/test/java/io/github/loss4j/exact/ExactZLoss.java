// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import io.github.loss4j.CrossEntropyLoss;

/** The z-loss &lambda; lse&sup2; of a row, lse its log-sum-exp; nothing where &lambda; is 0. */
final class ExactZLoss {
  private final ExactSoftmax softmax;
  private final Wide lambda;

  ExactZLoss(CrossEntropyLoss loss, ExactSoftmax softmax) {
    this.softmax = softmax;
    lambda = Wide.of(loss.zLoss());
  }

  Wide value() {
    Wide lse = softmax.logSumExp();
    return lambda.isZero() ? Wide.ZERO : lambda.times(lse).times(lse);
  }

  /** The derivative with respect to a logit: 2 &lambda; lse p. */
  Wide derivative(int c) {
    return lambda.isZero()
        ? Wide.ZERO
        : Wide.of(2).times(lambda).times(softmax.logSumExp()).times(softmax.probability(c));
  }
}
