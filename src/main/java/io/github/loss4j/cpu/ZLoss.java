// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * The z-loss &lambda; lse&sup2; of a row, lse its log-sum-exp; {@code kernels/z_loss.clh} is the
 * same in OpenCL C.
 *
 * @param lambda &lambda;; 0 for none
 */
record ZLoss(double lambda, Arithmetic arithmetic) {

  boolean isOn() {
    return lambda > 0;
  }

  /** A row's loss with it. */
  double addTo(double loss, RowSoftmax softmax) {
    if (!isOn()) {
      return loss;
    }
    double lse = softmax.logSumExp();
    return arithmetic.fma(arithmetic.round(lambda * lse), lse, loss);
  }

  /** The factor of a class's probability in the gradient, 2 &lambda; lse more than it was. */
  DoubleWord addPullTo(DoubleWord factor, RowSoftmax softmax) {
    if (!isOn()) {
      return factor;
    }
    double pull = arithmetic.round(arithmetic.round(2 * lambda) * softmax.logSumExp());
    return factor.plus(DoubleWord.of(pull), arithmetic);
  }
}
