// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectors.at;

import io.github.loss4j.host.RowKernels.Gradient;
import io.github.loss4j.host.Rows;
import org.jspecify.annotations.Nullable;

/** The gradient of {@link CrossEntropyBlocks}: what is done once per row, for all rows at once. */
final class CrossEntropyBlockGradient {
  private static final int WIDTH = FloatVectors.WIDTH;

  private final RowGradient into;
  private final @Nullable ColumnTransfer destination;
  private final FloatSoftmaxBlock softmax;
  private final @Nullable SoftmaxColumns columns;

  private final BlockUpstream upstream;
  private final FloatWords push;
  private final FloatWords factor;
  private final float[] atTies;
  private boolean allOrdinary;
  private final FloatVectorStages stages = new FloatVectorStages();

  /**
   * For blocks.
   *
   * @param gradient where it goes, and what it is multiplied by
   * @param logits the rows that are read
   * @param softmax the block
   * @param weighting of its rows
   * @param columns its logits, which become gradients; null where they are not in columns
   */
  CrossEntropyBlockGradient(
      Gradient gradient,
      RowView logits,
      Rows rows,
      FloatArithmetic arithmetic,
      FloatSoftmaxBlock softmax,
      BlockWeighting weighting,
      @Nullable SoftmaxColumns columns) {
    this.softmax = softmax;
    this.columns = columns;
    into = new RowGradient(gradient, logits, rows, arithmetic);
    destination = columns == null ? null : new ColumnTransfer(gradient.destination(), rows);
    int lanes = softmax.length();
    upstream = new BlockUpstream(gradient, into, lanes);
    push = new FloatWords(lanes);
    factor = new FloatWords(lanes);
    atTies = new float[lanes];
    weighting.addDerivatives(stages);
    upstream.addAtLabel(stages, weighting.weights.heads(), weighting.derivative);
    FloatWords steepness = weighting.steepness();
    stages.add(() -> FloatVectorDoubleWord.by(upstream.words(), steepness, push, softmax.length()));
    stages.add(() -> FloatVectorDoubleWord.times(push, softmax.ofTies(), atTies, softmax.length()));
    stages.add(() -> FloatVectorDoubleWord.by(push, softmax.inverse(), factor, softmax.length()));
    stages.add(() -> allOrdinary = areAllOrdinary(factor.heads()));
    if (columns != null) {
      columns
          .columns()
          .addPush(
              stages,
              softmax.references(),
              factor,
              softmax.totalExponents(),
              atTies,
              columns.columns().elements());
    }
  }

  /**
   * Writes the gradients of a block's rows.
   *
   * @param first the block's first row
   * @param count how many rows it has
   * @param labels of the rows
   * @param leastExponents of the rows' terms, where they are not in columns
   * @param ordinary the rows to be written; false afterwards for those that could not be
   * @param clearsIgnored whether ignored rows in columns are written too, and are done
   */
  void write(
      long first,
      int count,
      int[] labels,
      int[] leastExponents,
      boolean[] ordinary,
      boolean clearsIgnored) {
    upstream.read(first, count);
    stages.run();
    if (count < atTies.length || !allOrdinary) {
      for (int i = 0; i < count; i++) {
        float head = factor.heads()[i];
        ordinary[i] &= head != 0 && Math.abs(head) <= Float.MAX_VALUE;
      }
    }
    if (columns == null || destination == null) {
      writeRows(first, count, labels, leastExponents, ordinary);
    } else {
      float[] gradients = columns.columns().elements();
      upstream.mark(gradients, count, labels, ordinary);
      if (clearsIgnored) {
        columns.clearIgnored(count);
      }
      destination.write(first, count, gradients, ordinary);
    }
  }

  private static boolean areAllOrdinary(float[] x) {
    for (int i = 0; i < x.length; i += WIDTH) {
      if (!FloatVectorDoubleWord.ordinary(at(x, i)).allTrue()) {
        return false;
      }
    }
    return true;
  }

  private void writeRows(
      long first, int count, int[] labels, int[] leastExponents, boolean[] ordinary) {
    for (int i = 0; i < count; i++) {
      if (ordinary[i]) {
        into.write(first + i, push(i, labels[i], leastExponents[i]));
      }
    }
  }

  private RowPush push(int i, int label, int leastExponent) {
    return new RowPush(
        softmax.references()[i],
        0,
        factor.get(i),
        (int) softmax.totalExponents()[i],
        leastExponent,
        atTies[i],
        label,
        upstream.atLabel()[i]);
  }
}
