// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Binary cross-entropy of logits, and its gradients, one work-item per element. {@code
 * kernels/bce_with_logits.cl} is the same in OpenCL C.
 *
 * <p>Rows are elements here. Weights, factors (the weight of the positive answer) and upstreams are
 * one per element, if the call has any.
 */
final class BceWithLogitsKernel {
  private BceWithLogitsKernel() {}

  static void losses(
      IntArray sizes,
      FloatArray powers,
      FloatArray input,
      FloatArray targets,
      FloatArray weights,
      FloatArray factors,
      FloatArray losses,
      IntArray marks) {
    for (@Parallel int i = 0; i < sizes.get(Call.ROWS); i++) {
      float factor = Call.factor(sizes, factors, i);
      DoubleWord loss = Logistic.of(powers, input.get(i)).crossEntropy(targets.get(i), factor);
      losses.set(i, loss.times(Call.weight(sizes, weights, i)));
      Call.mark(sizes, marks, i);
    }
  }

  static void gradient(
      IntArray sizes,
      FloatArray numbers,
      FloatArray powers,
      FloatArray input,
      FloatArray targets,
      FloatArray weights,
      FloatArray factors,
      FloatArray upstreams,
      FloatArray gradient,
      IntArray marks) {
    for (@Parallel int i = 0; i < sizes.get(Call.ROWS); i++) {
      float factor = Call.factor(sizes, factors, i);
      DoubleWord derivative = Logistic.of(powers, input.get(i)).derivative(targets.get(i), factor);
      DoubleWord upstream = Call.upstream(sizes, numbers, upstreams, i);
      gradient.set(i, upstream.times(derivative.by(Call.weight(sizes, weights, i))));
      Call.mark(sizes, marks, i);
    }
  }

  static void targetGradient(
      IntArray sizes,
      FloatArray numbers,
      FloatArray powers,
      FloatArray input,
      FloatArray weights,
      FloatArray factors,
      FloatArray upstreams,
      FloatArray gradient,
      IntArray marks) {
    for (@Parallel int i = 0; i < sizes.get(Call.ROWS); i++) {
      float factor = Call.factor(sizes, factors, i);
      DoubleWord derivative = Logistic.of(powers, input.get(i)).targetDerivative(factor);
      DoubleWord upstream = Call.upstream(sizes, numbers, upstreams, i);
      gradient.set(i, upstream.times(derivative.by(Call.weight(sizes, weights, i))));
      Call.mark(sizes, marks, i);
    }
  }
}
