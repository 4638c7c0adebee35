// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples;

import io.github.loss4j.BCEWithLogitsLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import java.util.Locale;
import java.util.Random;

/**
 * A multi-label classifier: each row may have any of the labels, so that each label is a question
 * of its own, and the loss is binary cross-entropy with logits. Labels are rare; a weight of the
 * positive answer per label makes up for it.
 */
public final class TrainMultiLabelClassifier {
  private static final int ROWS = 500;
  private static final int FEATURES = 8;
  private static final int LABELS = 5;
  private static final int EPOCHS = 200;
  private static final double LEARNING_RATE = 0.05;

  /** What a label's score must be above; the score is normal with deviation 1. */
  private static final double THRESHOLD = 1;

  private TrainMultiLabelClassifier() {}

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
    Random random = new Random(2);
    float[] x = new float[ROWS * FEATURES];
    float[] answers = new float[ROWS * LABELS];
    draw(random, x, answers);

    LinearLayer layer = new LinearLayer(FEATURES, LABELS, random);
    float[] values = new float[ROWS * LABELS];
    Tensor logits = Tensor.of(values, ROWS, LABELS);
    Tensor targets = Tensor.of(answers, ROWS, LABELS);
    Tensor gradient = Tensor.allocate(DType.F32, ROWS, LABELS);
    BCEWithLogitsLoss loss = new BCEWithLogitsLoss().withPosWeight(negativesPerPositive(answers));
    double last = Double.NaN;
    for (int epoch = 0; epoch <= EPOCHS; epoch++) {
      layer.forward(x, values);
      last = session.evaluate(loss, logits, targets, Request.gradient(gradient)).value();
      if (epoch % 50 == 0) {
        System.out.printf(
            Locale.ROOT,
            "epoch %3d  loss %.5f  right answers %.1f %%%n",
            epoch,
            last,
            100 * shareRight(values, answers));
      }
      layer.learn(x, gradient.toFloatArray(), LEARNING_RATE);
    }
    return last;
  }

  /** Rows of features, and for each label whether some direction of them is pronounced. */
  private static void draw(Random random, float[] x, float[] answers) {
    double[][] directions = new double[LABELS][FEATURES];
    for (double[] direction : directions) {
      for (int i = 0; i < FEATURES; i++) {
        direction[i] = random.nextGaussian() / Math.sqrt(FEATURES);
      }
    }
    for (int row = 0; row < ROWS; row++) {
      for (int i = 0; i < FEATURES; i++) {
        x[row * FEATURES + i] = (float) random.nextGaussian();
      }
      for (int label = 0; label < LABELS; label++) {
        double score = 0;
        for (int i = 0; i < FEATURES; i++) {
          score += directions[label][i] * x[row * FEATURES + i];
        }
        answers[row * LABELS + label] = score > THRESHOLD ? 1 : 0;
      }
    }
  }

  private static Tensor negativesPerPositive(float[] answers) {
    double[] positives = new double[LABELS];
    for (int i = 0; i < answers.length; i++) {
      positives[i % LABELS] += answers[i];
    }
    float[] ratios = new float[LABELS];
    for (int label = 0; label < LABELS; label++) {
      ratios[label] = (float) ((ROWS - positives[label]) / positives[label]);
    }
    return Tensor.of(ratios);
  }

  /** How many of the answers are on the right side of 1/2. */
  private static double shareRight(float[] logits, float[] answers) {
    int right = 0;
    for (int i = 0; i < logits.length; i++) {
      right += logits[i] > 0 == answers[i] > 0 ? 1 : 0;
    }
    return (double) right / logits.length;
  }
}
