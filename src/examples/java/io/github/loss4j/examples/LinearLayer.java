// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples;

import java.util.Random;

/**
 * A linear layer y = W x + b in plain Java, which learns with Adam.
 *
 * @see <a href="https://arxiv.org/abs/1412.6980">Kingma and Ba, Adam</a>
 */
final class LinearLayer {
  private static final double DECAY = 0.9;
  private static final double SQUARE_DECAY = 0.999;
  private static final double EPSILON = 1e-8;

  private final int inputs;
  private final int outputs;

  /** Per output its weights and, last, its bias; Adam's averages are laid out in the same way. */
  private final double[] parameters;

  private final double[] mean;
  private final double[] meanSquare;
  private int steps;

  LinearLayer(int inputs, int outputs, Random random) {
    this.inputs = inputs;
    this.outputs = outputs;
    parameters = new double[outputs * (inputs + 1)];
    mean = new double[parameters.length];
    meanSquare = new double[parameters.length];
    double bound = 1 / Math.sqrt(inputs);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (2 * random.nextDouble() - 1) * bound;
    }
  }

  /** Writes the outputs of each row of inputs. */
  void forward(float[] x, float[] y) {
    for (int row = 0; row < x.length / inputs; row++) {
      for (int o = 0; o < outputs; o++) {
        int first = o * (inputs + 1);
        double sum = parameters[first + inputs];
        for (int i = 0; i < inputs; i++) {
          sum += parameters[first + i] * x[row * inputs + i];
        }
        y[row * outputs + o] = (float) sum;
      }
    }
  }

  /** Takes a step against the gradient, given the gradient with respect to the outputs. */
  void learn(float[] x, float[] outputGradient, double rate) {
    double[] gradient = new double[parameters.length];
    for (int row = 0; row < x.length / inputs; row++) {
      for (int o = 0; o < outputs; o++) {
        double g = outputGradient[row * outputs + o];
        int first = o * (inputs + 1);
        for (int i = 0; i < inputs; i++) {
          gradient[first + i] += g * x[row * inputs + i];
        }
        gradient[first + inputs] += g;
      }
    }
    adam(gradient, rate);
  }

  private void adam(double[] gradient, double rate) {
    steps++;
    // StrictMath, so that every machine takes the same steps.
    double correction = 1 - StrictMath.pow(DECAY, steps);
    double squareCorrection = 1 - StrictMath.pow(SQUARE_DECAY, steps);
    for (int i = 0; i < parameters.length; i++) {
      mean[i] += (1 - DECAY) * (gradient[i] - mean[i]);
      meanSquare[i] += (1 - SQUARE_DECAY) * (gradient[i] * gradient[i] - meanSquare[i]);
      double scale = Math.sqrt(meanSquare[i] / squareCorrection) + EPSILON;
      parameters[i] -= rate * (mean[i] / correction) / scale;
    }
  }
}
