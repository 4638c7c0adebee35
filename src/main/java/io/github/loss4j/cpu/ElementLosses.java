// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.ElementKernel;

/**
 * The elementwise losses, each as one method: from an element's input and target to the loss and
 * its two derivatives. Each is the same as a file in {@code kernels/}; a change here is a change
 * there.
 */
final class ElementLosses {
  private static final double LEAST_LOG = -100;

  /** 10^-12 as PyTorch has it, in either type. */
  private static final double LEAST_PRODUCT = 1e-12;

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
    double log = a.log(e.x);
    double logOfRest = a.log1p(-e.x);
    double negative = a.round(e.t - 1);
    e.loss =
        a.fma(negative, Math.max(logOfRest, LEAST_LOG), -a.round(e.t * Math.max(log, LEAST_LOG)));
    double product = a.round(a.round(1 - e.x) * e.x);
    e.inputDerivative = a.divide(a.round(e.x - e.t), Math.max(product, a.round(LEAST_PRODUCT)));
    e.targetDerivative = a.round(logOfRest - log);
  }

  /** The same of &sigma;(x); the factor is the weight of the positive answer. */
  static void bceWithLogits(Element e, Arithmetic a) {
    Logistic logistic = Logistic.of(e.x, a);
    e.loss = logistic.crossEntropy(e.x, e.t, e.factor, a);
    e.inputDerivative = logistic.derivative(e.x, e.t, e.factor, a);
    double softplus = a.round(Math.max(-e.x, 0) + logistic.rest());
    e.targetDerivative = e.factor == 1 ? -e.x : a.fma(a.round(e.factor - 1), softplus, -e.x);
  }

  /** t (log t - x) for a log-probability x. */
  static void klDiv(Element e, Arithmetic a) {
    DoubleWord difference = logDifference(e.t, e.x, a);
    e.loss =
        e.t == 0
            ? a.fma(-e.t, e.x, 0)
            : a.fma(e.t, difference.head(), a.round(e.t * difference.tail()));
    e.inputDerivative = -e.t;
    // PyTorch's derivative of t log t has t / t in it.
    e.targetDerivative =
        e.t == 0 ? Double.NaN : a.round(a.round(difference.head() + 1) + difference.tail());
  }

  /** log t - x; its tail is 0 where it is not finite. */
  private static DoubleWord logDifference(double t, double x, Arithmetic a) {
    DoubleWord log = a.logWord(t);
    DoubleWord sum = DoubleWord.sumOf(log.head(), -x, a);
    if (!Double.isFinite(sum.head())) {
      return new DoubleWord(sum.head(), 0);
    }
    return DoubleWord.sumOf(sum.head(), a.round(sum.tail() + log.tail()), a);
  }

  /** e^t (t - x) for log-probabilities x and t. */
  static void klDivLogTarget(Element e, Arithmetic a) {
    double probability = a.exp(e.t);
    double difference = a.round(e.t - e.x);
    e.loss = a.round(probability * difference);
    e.inputDerivative = -probability;
    e.targetDerivative = a.fma(probability, difference, probability);
  }

  /**
   * The cross-entropy of a logit, less where it is right: times r^gamma, r = p (1-t) + (1-p) t, and
   * times alpha t + (1-alpha) (1-t) unless alpha is negative.
   */
  static void sigmoidFocal(Element e, Arithmetic a) {
    Logistic logistic = Logistic.of(e.x, a);
    double p = logistic.p();
    double q = logistic.q();
    double negative = a.round(1 - e.t);
    double wrong = a.fma(p, negative, a.round(q * e.t));
    double loss = logistic.crossEntropy(e.x, e.t, 1, a);
    // The power multiplies the error of r, which is known for a binary target.
    double error = e.t == 0 ? logistic.errorOfP(e.x, a) : e.t == 1 ? logistic.errorOfQ(e.x, a) : 0;
    double focus = a.pow(wrong, error, e.gamma);
    double rest = a.round(1 - e.alpha);
    double balance = e.alpha < 0 ? 1 : a.fma(e.alpha, e.t, a.round(rest * negative));
    e.loss = a.round(balance * a.round(loss * focus));

    // The derivative of r^gamma is gamma r^gamma times that of log r, which for a binary target
    // needs no division.
    double slope = a.round(a.round(p * q) * a.round(negative - e.t));
    double logSlope = e.t == 0 ? q : e.t == 1 ? -p : a.divide(slope, wrong);
    double pull = e.gamma == 0 ? 0 : a.round(e.gamma * a.round(loss * logSlope));
    double derivative = logistic.derivative(e.x, e.t, 1, a);
    e.inputDerivative = a.round(balance * a.round(focus * a.round(derivative + pull)));

    double steepness =
        e.gamma == 0 ? 0 : a.round(e.gamma * a.pow(wrong, error, a.round(e.gamma - 1)));
    double ofFocus = a.round(steepness * a.round(q - p));
    double ofProduct = a.fma(loss, ofFocus, a.round(-e.x * focus));
    double ofBalance = e.alpha < 0 ? 0 : a.round(a.round(e.alpha - rest) * a.round(loss * focus));
    e.targetDerivative = a.fma(balance, ofProduct, ofBalance);
  }
}
