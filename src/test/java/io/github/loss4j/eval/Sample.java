// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import io.github.loss4j.Tensor;
import java.util.Arrays;
import java.util.Random;

/** Random logits and labels: with ties, ignored rows and rows that are nearly certain. */
public final class Sample {
  private static final int IGNORED = -100;

  private final int classes;
  private final float[] logits;
  private final long[] labels;

  public Sample(int rows, int classes, Random random) {
    this.classes = classes;
    logits = new float[rows * classes];
    labels = new long[rows];
    for (int row = 0; row < rows; row++) {
      double scale = random.nextInt(3) == 0 ? 10 : 1;
      for (int c = 0; c < classes; c++) {
        double x = scale * random.nextGaussian();
        logits[row * classes + c] = (float) (row % 4 == 0 ? Math.rint(x) : x);
      }
      labels[row] = random.nextInt(8) == 0 ? IGNORED : random.nextInt(classes);
    }
  }

  public int rows() {
    return labels.length;
  }

  public int classes() {
    return classes;
  }

  public Tensor logits() {
    return Tensor.of(logits, labels.length, classes);
  }

  public Tensor labels() {
    return Tensor.of(labels, labels.length);
  }

  public float[] row(int row) {
    return Arrays.copyOfRange(logits, row * classes, (row + 1) * classes);
  }

  public long label(int row) {
    return labels[row];
  }

  boolean counts(int row) {
    return labels[row] != IGNORED;
  }
}
