// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.Tensor;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The losses as their definitions have them, in float64 over one row, from {@link StrictMath}
 * alone: nothing here is shared with the library.
 */
public final class Reference {
  private Reference() {}

  /** The rows of a tensor of shape (C), (N, C) or (N, C, d1, ..., dk), in the order of the rows. */
  public static double[][] rows(Tensor tensor) {
    long[] shape = tensor.shape();
    int batch = shape.length == 1 ? 1 : (int) shape[0];
    int classes = (int) (shape.length == 1 ? shape[0] : shape[1]);
    int inner = 1;
    for (int axis = 2; axis < shape.length; axis++) {
      inner *= (int) shape[axis];
    }
    double[][] rows = new double[batch * inner][classes];
    for (int n = 0; n < batch; n++) {
      for (int c = 0; c < classes; c++) {
        for (int i = 0; i < inner; i++) {
          rows[n * inner + i][c] = tensor.getDouble((n * (long) classes + c) * inner + i);
        }
      }
    }
    return rows;
  }

  /** -log p of a class, without a difference of large numbers. */
  public static double nll(double[] x, int label) {
    int largest = label;
    for (int c = 0; c < x.length; c++) {
      largest = x[c] > x[largest] ? c : largest;
    }
    double others = 0;
    for (int c = 0; c < x.length; c++) {
      others += c == largest ? 0 : StrictMath.exp(x[c] - x[largest]);
    }
    return x[largest] - x[label] + StrictMath.log1p(others);
  }

  /** What logits are before anything else is computed of them. */
  public static double[] logits(double[] x, double softCap, double temperature) {
    return Arrays.stream(x)
        .map(u -> softCap == Double.POSITIVE_INFINITY ? u : softCap * StrictMath.tanh(u / softCap))
        .map(u -> u / temperature)
        .toArray();
  }

  public static double logSumExp(double[] x) {
    double largest = Arrays.stream(x).max().orElse(Double.NaN);
    return largest + logOfSum(x, largest);
  }

  public static double[] logSoftmax(double[] x) {
    double largest = Arrays.stream(x).max().orElse(Double.NaN);
    double logSum = logOfSum(x, largest);
    return Arrays.stream(x).map(element -> element - largest - logSum).toArray();
  }

  /** The logarithm of the sum of e^(x - largest). */
  private static double logOfSum(double[] x, double largest) {
    double sum = 0;
    for (double element : x) {
      sum += StrictMath.exp(element - largest);
    }
    return StrictMath.log(sum);
  }

  public static double[] softmax(double[] x) {
    return Arrays.stream(logSoftmax(x)).map(StrictMath::exp).toArray();
  }

  public static double crossEntropy(
      double[] x, int label, double @Nullable [] weight, double smoothing) {
    double loss = (1 - smoothing) * weight(weight, label) * nll(x, label);
    return smoothing == 0 ? loss : loss + smoothed(x, weight, c -> smoothing / x.length);
  }

  public static double crossEntropy(
      double[] x, double[] q, double @Nullable [] weight, double smoothing) {
    return smoothed(x, weight, c -> (1 - smoothing) * q[c] + smoothing / x.length);
  }

  private static double smoothed(
      double[] x, double @Nullable [] weight, IntToDoubleFunction probability) {
    double[] y = logSoftmax(x);
    double loss = 0;
    for (int c = 0; c < x.length; c++) {
      loss -= weight(weight, c) * probability.applyAsDouble(c) * y[c];
    }
    return loss;
  }

  /** Central differences. */
  public static double[] gradient(ToDoubleFunction<double[]> function, double[] at) {
    double[] x = at.clone();
    double[] gradient = new double[x.length];
    double step = 0x1p-17;
    for (int c = 0; c < x.length; c++) {
      x[c] = at[c] + step;
      double above = function.applyAsDouble(x);
      x[c] = at[c] - step;
      double below = function.applyAsDouble(x);
      x[c] = at[c];
      gradient[c] = (above - below) / (2 * step);
    }
    return gradient;
  }

  private static double weight(double @Nullable [] weight, int c) {
    return weight == null ? 1 : weight[c];
  }
}
