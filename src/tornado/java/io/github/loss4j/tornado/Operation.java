// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

/** What a plan computes. */
enum Operation {
  /** Cross-entropy of labels. */
  CROSS_ENTROPY,
  /** Cross-entropy of labels, with smoothing. */
  SMOOTHED_CROSS_ENTROPY,
  /** Cross-entropy of target probabilities. */
  PROBABILITIES,
  /** Negative log-likelihood. */
  NLL,
  /** Binary cross-entropy of logits. */
  BCE_WITH_LOGITS,
  SOFTMAX,
  LOG_SOFTMAX,
  SOFTMAX_GRADIENT,
  LOG_SOFTMAX_GRADIENT;

  /** Whether rows have labels. */
  boolean hasLabels() {
    return this == CROSS_ENTROPY || this == SMOOTHED_CROSS_ENTROPY || this == NLL;
  }

  /** Whether it needs the softmax of its rows. */
  boolean hasSoftmax() {
    return this != NLL && this != BCE_WITH_LOGITS;
  }

  /** Whether each element has a target. */
  boolean hasTargets() {
    return this == PROBABILITIES || this == BCE_WITH_LOGITS;
  }

  /** Whether it has rows of classes, and not only elements. */
  boolean hasRows() {
    return this != BCE_WITH_LOGITS;
  }

  /** Whether its result is a loss. */
  boolean isLoss() {
    return hasLabels() || hasTargets();
  }
}
