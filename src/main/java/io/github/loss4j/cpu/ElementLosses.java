// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.ElementKernel;

/**
 * The elementwise losses, each as one method: from an element's input and target to the loss and
 * its two derivatives. Each is the same as a file in {@code kernels/}; a change here is a change
 * there.
 */
final class ElementLosses {
  static final double LEAST_LOG = -100;

  /** 10^-12 as PyTorch has it, in either type. */
  static final double LEAST_PRODUCT = 1e-12;

  private ElementLosses() {}

  static ElementFunction of(ElementKernel kernel) {
    return switch (kernel) {
      case BCE -> ElementLosses::bce;
      case BCE_WITH_LOGITS -> ElementLosses::bceWithLogits;
      case KL_DIV -> ElementLosses::klDiv;
      case KL_DIV_LOG_TARGET -> ElementLosses::klDivLogTarget;
      case SIGMOID_FOCAL -> ElementLosses::sigmoidFocal;
    };
  }

  /** -(t log x + (1-t) log(1-x)), the logarithms being at least -100. */
  static void bce(Element e, Arithmetic a) {
    DoubleWord log = a.logWord(e.x);
    DoubleWord logOfRest = a.log1pWord(-e.x);
    DoubleWord positive = atLeast(LEAST_LOG, log).by(e.t, a);
    DoubleWord negative = DoubleWord.sumOf(e.t, -1, a).by(atLeast(LEAST_LOG, logOfRest), a);
    DoubleWord product = atLeast(a.round(LEAST_PRODUCT), DoubleWord.sumOf(1, -e.x, a).by(e.x, a));
    e.loss = negative.plus(positive.negated(), a);
    e.inputDerivative = overProduct(DoubleWord.sumOf(e.x, -e.t, a), product, a);
    e.targetDerivative = logOfRest.plus(log.negated(), a);
  }

  private static DoubleWord atLeast(double least, DoubleWord x) {
    return x.head() < least ? DoubleWord.of(least) : x;
  }

  /** x / y for 10^-12 &le; y &lt; 1; a 0 stays as it is. */
  private static DoubleWord overProduct(DoubleWord x, DoubleWord y, Arithmetic a) {
    ScaledWord divisor = ScaledWord.of(y, 0, a);
    DoubleWord ratio = divisor.word().under(x, a);
    return x.head() == 0 ? x : ratio.by(a.power(-divisor.exponent()), a);
  }

  /** The same of &sigma;(x); the factor is the weight of the positive answer. */
  static void bceWithLogits(Element e, Arithmetic a) {
    Logistic logistic = Logistic.of(e.x, a);
    e.loss = logistic.crossEntropy(e.x, e.t, e.factor, a);
    e.inputDerivative = logistic.derivative(e.x, e.t, e.factor, a);
    DoubleWord softplus = DoubleWord.of(Math.max(-e.x, 0)).plus(logistic.rest(), a);
    DoubleWord slope = DoubleWord.of(-e.x);
    e.targetDerivative =
        e.factor == 1 ? slope : DoubleWord.sumOf(e.factor, -1, a).by(softplus, a).plus(slope, a);
  }

  /** t (log t - x) for a log-probability x. */
  static void klDiv(Element e, Arithmetic a) {
    DoubleWord difference = a.logWord(e.t).plus(DoubleWord.of(-e.x), a);
    e.loss = e.t == 0 ? DoubleWord.of(a.fma(-e.t, e.x, 0)) : difference.by(e.t, a);
    e.inputDerivative = DoubleWord.of(-e.t);
    // PyTorch's derivative of t log t has t / t in it.
    e.targetDerivative =
        e.t == 0 ? DoubleWord.of(Double.NaN) : difference.plus(DoubleWord.of(1), a);
  }

  /** e^t (t - x) for log-probabilities x and t. */
  static void klDivLogTarget(Element e, Arithmetic a) {
    DoubleWord probability = a.closeExponential(e.t);
    e.loss = probability.by(DoubleWord.sumOf(e.t, -e.x, a), a);
    e.inputDerivative = probability.negated();
    e.targetDerivative = e.loss.plus(probability, a);
  }

  /**
   * The cross-entropy of a logit, less where it is right: times r^gamma, r = p (1-t) + (1-p) t, and
   * times alpha t + (1-alpha) (1-t) unless alpha is negative.
   */
  static void sigmoidFocal(Element e, Arithmetic a) {
    Logistic logistic = Logistic.of(e.x, a);
    DoubleWord p = logistic.p();
    DoubleWord q = logistic.q();
    DoubleWord negative = DoubleWord.sumOf(1, -e.t, a);
    DoubleWord wrong = p.by(negative, a).plus(q.by(e.t, a), a);
    DoubleWord focus = a.pow(wrong, e.gamma);
    DoubleWord rest = DoubleWord.sumOf(1, -e.alpha, a);
    DoubleWord balance =
        e.alpha < 0
            ? DoubleWord.of(1)
            : rest.by(negative, a).plus(DoubleWord.productOf(e.alpha, e.t, a), a);
    DoubleWord entropy = logistic.crossEntropy(e.x, e.t, 1, a);
    DoubleWord loss = entropy.by(focus, a);
    e.loss = balance.by(loss, a);

    // The derivative of r^gamma is gamma r^gamma times that of log r, which for a binary target
    // needs no division.
    DoubleWord slope = p.by(q, a).by(negative.plus(DoubleWord.of(-e.t), a), a);
    DoubleWord logSlope = e.t == 0 ? q : e.t == 1 ? p.negated() : slope.over(wrong, a);
    DoubleWord pull = e.gamma == 0 ? DoubleWord.of(0) : entropy.by(logSlope, a).by(e.gamma, a);
    DoubleWord derivative = logistic.derivative(e.x, e.t, 1, a).plus(pull, a);
    e.inputDerivative = balance.by(focus.by(derivative, a), a);

    if (!e.ofTarget) {
      return; // It would take another power.
    }
    DoubleWord steepness =
        e.gamma == 0 ? DoubleWord.of(0) : a.pow(wrong, a.round(e.gamma - 1)).by(e.gamma, a);
    DoubleWord ofFocus = steepness.by(q.plus(p.negated(), a), a);
    DoubleWord ofProduct = entropy.by(ofFocus, a).plus(focus.by(-e.x, a), a);
    DoubleWord ofBalance =
        e.alpha < 0 ? DoubleWord.of(0) : DoubleWord.of(e.alpha).plus(rest.negated(), a).by(loss, a);
    e.targetDerivative = balance.by(ofProduct, a).plus(ofBalance, a);
  }
}
