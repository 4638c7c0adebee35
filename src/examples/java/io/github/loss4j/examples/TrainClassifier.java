// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import java.util.Locale;
import java.util.Random;

/**
 * The network of the classic tutorial, a linear layer from 4 features to 3 classes, trained with
 * Adam on cross-entropy. loss4j computes the loss and, in place, the gradient of the logits; the
 * layer itself is plain Java.
 */
public final class TrainClassifier {
  private static final int ROWS = 150;
  private static final int FEATURES = 4;
  private static final int CLASSES = 3;
  private static final int EPOCHS = 200;
  private static final double LEARNING_RATE = 0.05;

  /** Flowers of three kinds: the usual lengths and widths of sepals and petals in cm. */
  private static final double[][] CENTERS = {
    {5.0, 3.4, 1.5, 0.2}, {5.9, 2.8, 4.3, 1.3}, {6.6, 3.0, 5.6, 2.0}
  };

  private static final double SPREAD = 0.3;

  private TrainClassifier() {}

  /** Takes the name of a backend; without one, the best there is. */
  public static void main(String[] args) {
    try (LossSession session =
        args.length == 0 ? LossBackend.auto().open() : LossBackend.named(args[0]).open()) {
      System.out.println("backend " + session.backend());
      train(session);
    }
  }

  /** Trains, and returns the loss of the last epoch. */
  static double train(LossSession session) {
    Random random = new Random(1);
    float[] flowers = new float[ROWS * FEATURES];
    long[] kinds = new long[ROWS];
    for (int row = 0; row < ROWS; row++) {
      kinds[row] = row % CLASSES;
      for (int i = 0; i < FEATURES; i++) {
        double center = CENTERS[row % CLASSES][i];
        flowers[row * FEATURES + i] = (float) (center + SPREAD * random.nextGaussian());
      }
    }

    LinearLayer layer = new LinearLayer(FEATURES, CLASSES, random);
    float[] values = new float[ROWS * CLASSES];
    Tensor logits = Tensor.of(values, ROWS, CLASSES); // a view: what is written to one is in both
    Tensor labels = Tensor.of(kinds);
    double loss = Double.NaN;
    for (int epoch = 0; epoch <= EPOCHS; epoch++) {
      layer.forward(flowers, values);
      LossResult result =
          session.evaluate(
              new CrossEntropyLoss(), logits, labels, Request.gradient(logits).withAccuracy());
      layer.learn(flowers, values, LEARNING_RATE); // the logits have become their gradient
      loss = result.value();
      if (epoch % 50 == 0) {
        System.out.printf(
            Locale.ROOT,
            "epoch %3d  loss %.5f  accuracy %.1f %%%n",
            epoch,
            loss,
            100 * result.totals().accuracy());
      }
    }
    return loss;
  }
}
