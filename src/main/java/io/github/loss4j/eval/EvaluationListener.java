// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.LossResult;

/** Who wants to know more of an evaluation than its totals: called in the order of the rows. */
public interface EvaluationListener {
  /** Wants to know nothing. */
  EvaluationListener NONE = new EvaluationListener() {};

  /**
   * A batch was evaluated.
   *
   * @param batch the losses of its rows, its totals and what statistics the metrics needed
   */
  default void evaluated(LossResult batch) {}

  /**
   * The last row of a segment was evaluated.
   *
   * @param segment what was found of it
   */
  default void completed(SegmentScore segment) {}
}
