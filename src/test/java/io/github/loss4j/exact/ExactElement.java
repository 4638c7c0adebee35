// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import io.github.loss4j.SigmoidFocalLoss;

/**
 * One element of an elementwise loss.
 *
 * @param loss before reduction and weight
 * @param inputDerivative with respect to the input x
 * @param targetDerivative with respect to the target t
 */
record ExactElement(Wide loss, Wide inputDerivative, Wide targetDerivative) {
  private static final Wide LEAST_LOG = Wide.of(-100);
  private static final Wide LEAST_PRODUCT = Wide.of(1e-12);
  private static final Wide TWO = Wide.of(2);

  /** -(t log x + (1-t) log(1-x)), the logarithms being at least -100. */
  static ExactElement bce(Wide x, Wide t) {
    Wide rest = Wide.ONE.minus(x);
    Wide log = x.log();
    Wide logOfRest = x.negated().log1p();
    Wide positive = t.times(x.isZero() ? LEAST_LOG : log.max(LEAST_LOG));
    Wide negative = Wide.ONE.minus(t).times(rest.isZero() ? LEAST_LOG : logOfRest.max(LEAST_LOG));
    Wide derivative = x.minus(t).over(x.times(rest).max(LEAST_PRODUCT));
    return new ExactElement(positive.plus(negative).negated(), derivative, logOfRest.minus(log));
  }

  /** -(v t log p + (1-t) log q) with p = 1 / (1 + e^-x) and q = 1 - p. */
  static ExactElement bceWithLogits(Wide x, Wide t, Wide v) {
    Logistic logistic = Logistic.of(x);
    Wide negative = Wide.ONE.minus(t);
    Wide positive = v.times(t);
    return new ExactElement(
        positive.times(logistic.logP()).plus(negative.times(logistic.logQ())).negated(),
        negative.times(logistic.p()).minus(positive.times(logistic.q())),
        logistic.logQ().minus(v.times(logistic.logP())));
  }

  /** t (log t - x). */
  static ExactElement klDiv(Wide x, Wide t) {
    Wide loss = t.isZero() ? Wide.ZERO.times(x) : t.times(t.log().minus(x));
    return new ExactElement(loss, t.negated(), t.log().plus(Wide.ONE).minus(x));
  }

  /** e^t (t - x). */
  static ExactElement klDivLogTarget(Wide x, Wide t) {
    Wide probability = t.exp();
    Wide loss = probability.times(t.minus(x));
    return new ExactElement(loss, probability.negated(), loss.plus(probability));
  }

  /** (&alpha; t + (1-&alpha;) (1-t)) r^&gamma; BCE, r = p (1-t) + q t. */
  static ExactElement sigmoidFocal(Wide x, Wide t, SigmoidFocalLoss focal) {
    Logistic logistic = Logistic.of(x);
    Wide gamma = Wide.of(focal.gamma());
    Wide alpha = Wide.of(focal.alpha());
    Wide negative = Wide.ONE.minus(t);
    ExactElement bce = bceWithLogits(x, t, Wide.ONE);
    Wide wrong = logistic.p().times(negative).plus(logistic.q().times(t));
    Wide focus = wrong.pow(gamma);
    Wide steepness = gamma.isZero() ? Wide.ZERO : gamma.times(wrong.pow(gamma.minus(Wide.ONE)));
    Wide ofInput = logistic.p().times(logistic.q()).times(Wide.ONE.minus(TWO.times(t)));
    Wide ofTarget = logistic.q().minus(logistic.p());
    boolean balanced = focal.alpha() >= 0;
    Wide balance = balanced ? alpha.times(t).plus(Wide.ONE.minus(alpha).times(negative)) : Wide.ONE;
    Wide tilt = balanced ? TWO.times(alpha).minus(Wide.ONE) : Wide.ZERO;
    Wide loss = focus.times(bce.loss());
    Wide inputSlope = steepness.times(ofInput).times(bce.loss());
    Wide targetSlope = steepness.times(ofTarget).times(bce.loss());
    return new ExactElement(
        balance.times(loss),
        balance.times(focus.times(bce.inputDerivative()).plus(inputSlope)),
        balance
            .times(focus.times(bce.targetDerivative()).plus(targetSlope))
            .plus(tilt.times(loss)));
  }

  /** The logistic function p of x, q = 1 - p, and their logarithms. */
  private record Logistic(Wide p, Wide q, Wide logP, Wide logQ) {
    static Logistic of(Wide x) {
      Wide u = x.abs().negated().exp();
      Wide sum = Wide.ONE.plus(u);
      Wide larger = Wide.ONE.over(sum);
      Wide smaller = u.over(sum);
      Wide rest = u.log1p();
      Wide logP = x.negated().max(Wide.ZERO).plus(rest).negated();
      Wide logQ = x.max(Wide.ZERO).plus(rest).negated();
      boolean positive = x.isDefined() && x.value().signum() >= 0;
      return positive
          ? new Logistic(larger, smaller, logP, logQ)
          : new Logistic(smaller, larger, logP, logQ);
    }
  }
}
