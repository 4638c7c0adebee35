// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/** One element of an elementwise loss, and what an {@link ElementFunction} makes of it. */
final class Element {
  /** The input. */
  double x;

  /** The target. */
  double t;

  /** Whether the derivative with respect to the target is asked for. */
  boolean ofTarget;

  /** The factor, whose meaning the loss defines; 1 if there is none. */
  double factor;

  /** The parameters, whose meanings the loss defines. */
  double alpha;

  double gamma;

  /**
   * Results: the loss, and its derivatives with respect to x and t. They are rounded once, after
   * they are multiplied by the weight and the upstream.
   */
  DoubleWord loss = DoubleWord.of(0);

  DoubleWord inputDerivative = DoubleWord.of(0);
  DoubleWord targetDerivative = DoubleWord.of(0);
}
