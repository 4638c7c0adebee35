// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The weights of classes, 1 where there are none. */
final class ClassWeight {
  private ClassWeight() {}

  static double of(@Nullable Tensor weight, int c) {
    return weight == null ? 1 : weight.getDouble(c);
  }

  static void read(@Nullable Tensor weight, int from, int count, double[] into) {
    if (weight == null) {
      Arrays.fill(into, 0, count, 1);
      return;
    }
    for (int j = 0; j < count; j++) {
      into[j] = weight.getDouble(from + j);
    }
  }

  /** Columns of {@link FloatColumns} that have the weight of their class in every row. */
  static float[] columns(@Nullable Tensor weight, int classes) {
    int length = FloatSoftmaxBlock.LENGTH;
    float[] columns = new float[classes * length];
    for (int c = 0; c < classes; c++) {
      Arrays.fill(columns, c * length, (c + 1) * length, (float) of(weight, c));
    }
    return columns;
  }
}
