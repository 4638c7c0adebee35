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

  /** 2 &lambda; lse, what it adds to the factor of each probability in the gradient. */
  double pull(RowSoftmax softmax) {
    return isOn() ? arithmetic.round(arithmetic.round(2 * lambda) * softmax.logSumExp()) : 0;
  }
}
