// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowKernels.LabelRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The labels of a block of rows, and what there is one of for each of them. */
final class LabelBlock {
  private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED;

  private final LabelRows task;
  private final LossWriter losses;
  private final RowView logits;

  private final int[] labels;
  private final FloatWords weights;
  private final boolean[] beaten;
  private final float[] blockLosses;
  private boolean noneIgnored;

  /**
   * For blocks.
   *
   * @param logits of the rows
   * @param lanes as many as a block has
   */
  LabelBlock(LabelRows task, LossWriter losses, RowView logits, int lanes) {
    this.task = task;
    this.losses = losses;
    this.logits = logits;
    labels = new int[lanes];
    weights = FloatWords.all(DoubleWord.of(1), lanes);
    beaten = new boolean[lanes];
    blockLosses = new float[lanes];
  }

  /** Reads the labels and their weights. What the weight of an ignored row is does not matter. */
  void read(long first, int count) {
    MemorySegment.copy(task.labels().memory(), I32, first * Integer.BYTES, labels, 0, count);
    Tensor weight = task.parameters().weight();
    for (int i = 0; i < count && weight != null; i++) {
      weights.heads()[i] = labels[i] < 0 ? 0 : (float) ClassWeight.of(weight, labels[i]);
    }
  }

  /** A class for each row; negative where it is ignored. */
  int[] labels() {
    return labels;
  }

  /** The weights of the labels, without tails. */
  FloatWords weights() {
    return weights;
  }

  /** The losses, to be filled. */
  float[] losses() {
    return blockLosses;
  }

  /** Whether it is asked for which labels have the largest logits. */
  boolean wantsCorrect() {
    return task.correct() != null;
  }

  /** Which labels have a smaller logit than another class, to be filled if it is asked for. */
  boolean[] beaten() {
    return beaten;
  }

  /** Says which rows are not ignored, and returns whether all are. */
  boolean mark(boolean[] labelled, int count) {
    int any = 0;
    for (int i = 0; i < count; i++) {
      any |= labels[i];
    }
    noneIgnored = any >= 0;
    if (noneIgnored) {
      Arrays.fill(labelled, 0, count, true);
      return true;
    }
    for (int i = 0; i < count; i++) {
      labelled[i] = labels[i] >= 0;
    }
    return false;
  }

  /**
   * Writes which labels have the largest logits, of several the first; of rows that are not known
   * none.
   *
   * @param ties how many elements of a row are as large as the label's
   */
  void writeCorrect(long first, int count, boolean[] known, int[] ties) {
    Tensor correct = task.correct();
    for (int i = 0; i < count && correct != null; i++) {
      long row = first + i;
      boolean largest = known[i] && !beaten[i];
      boolean firstLargest =
          largest
              && (ties[i] == 1
                  || RowSoftmax.isFirstLargest(logits, row, labels[i], logits.get(row, labels[i])));
      correct.setLong(row, firstLargest ? 1 : 0);
    }
  }

  /** Hands over the losses of the rows that are known; that of an ignored row is 0. */
  void writeLosses(long first, int count, boolean[] known) {
    for (int i = 0; i < count && !noneIgnored; i++) {
      if (labels[i] < 0) {
        blockLosses[i] = 0;
      }
    }
    losses.set(first, blockLosses, count, known);
  }
}
