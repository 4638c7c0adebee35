// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectors.at;

import io.github.loss4j.host.RowKernels.Gradient;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * What the gradients of blocks of rows are multiplied by, and what that makes of the derivatives at
 * the labels: {@link RowGradient} is the same for one row.
 */
final class BlockUpstream {
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;
  private static final int WIDTH = FloatVectors.WIDTH;

  private final RowGradient rows;
  private final boolean ofEachRow;
  private final FloatWords words;
  private final float[] scale;
  private final float[] atLabel;

  /**
   * For blocks.
   *
   * @param rows the same gradient
   * @param lanes as many as a block has
   */
  BlockUpstream(Gradient gradient, RowGradient rows, int lanes) {
    this.rows = rows;
    ofEachRow = gradient.upstream() != null;
    words = FloatWords.all(DoubleWord.of(gradient.scale()), lanes);
    scale = new float[lanes];
    atLabel = new float[lanes];
  }

  /** Reads those of a block. */
  void read(long first, int count) {
    for (int i = 0; i < count && ofEachRow; i++) {
      words.set(i, rows.upstream(first + i));
    }
  }

  /** The gradients of the caller's function with respect to the rows' losses. */
  FloatWords words() {
    return words;
  }

  /** The gradients at the labels. */
  float[] atLabel() {
    return atLabel;
  }

  /**
   * Computes the gradients at the labels.
   *
   * @param stages gets what does it
   * @param weights of the rows
   * @param derivatives of the rows' losses
   */
  void addAtLabel(FloatVectorStages stages, float[] weights, FloatWords derivatives) {
    stages.add(() -> FloatVectorDoubleWord.times(words, derivatives, atLabel, atLabel.length));
    stages.add(() -> FloatVectorDoubleWord.times(words, weights, scale, scale.length));
    stages.add(this::refuseInfiniteScales);
  }

  private void refuseInfiniteScales() {
    for (int i = 0; i < scale.length; i += WIDTH) {
      VectorMask<Float> finite = at(scale, i).abs().compare(VectorOperators.LE, Float.MAX_VALUE);
      FloatVector nan = FloatVectors.of(Float.NaN);
      nan.blend(at(atLabel, i), finite).intoArray(atLabel, i);
    }
  }

  /** Writes the gradients at the labels among those of other classes, which lie in columns. */
  void mark(float[] gradients, int count, int[] labels, boolean[] wanted) {
    for (int i = 0; i < count; i++) {
      if (wanted[i]) {
        gradients[labels[i] * LENGTH + i] = atLabel[i];
      }
    }
  }
}
