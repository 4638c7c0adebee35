// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowKernels.LabelRows;
import io.github.loss4j.host.Rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What {@link CrossEntropyRow} does, for blocks of rows with the Vector API: where rows are short,
 * what is done once per row takes longer than what is done for each element. Rows that are out of
 * the ordinary, and ignored ones, are left to it.
 */
final class CrossEntropyBlocks extends RowBlocks {
  private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED;

  private final LabelRows task;
  private final LossWriter losses;
  private final RowView logits;

  private final FloatSoftmaxBlock block;
  private final @Nullable SoftmaxColumns columns;
  private final @Nullable RowSum rowSum;
  private final @Nullable CrossEntropyBlockStatistics statistics;
  private final @Nullable CrossEntropyBlockGradient gradient;
  private final CrossEntropyRow others;

  private final int[] labels;
  private final boolean[] ordinary;
  private final boolean[] exceeded;
  private final int[] ties;
  private final int[] leastExponents;
  private final FloatWords weights;
  private final float[] blockLosses;
  private final FloatVectorStages lossStages = new FloatVectorStages();

  private CrossEntropyBlocks(LabelRows task, LossWriter losses, FloatArithmetic arithmetic) {
    super(task.rows(), mostRows(task.rows()));
    this.task = task;
    this.losses = losses;
    Rows rows = task.rows();
    logits = new RowView(task.input(), rows);
    block = new FloatSoftmaxBlock(arithmetic, length());
    int lanes = FloatSoftmaxBlock.lanes(length());
    labels = new int[lanes];
    exceeded = new boolean[lanes];
    leastExponents = new int[lanes];
    weights = FloatWords.all(DoubleWord.of(1), lanes);
    blockLosses = new float[lanes];
    if (Layout.of(rows) == Layout.IN_LANES) {
      columns = new SoftmaxColumns(task.input(), rows, block, labels);
      rowSum = null;
      ordinary = columns.ordinary();
      ties = columns.columns().ties();
    } else {
      columns = null;
      rowSum = arithmetic.rowSum(logits);
      ordinary = new boolean[lanes];
      ties = new int[lanes];
    }
    others = new CrossEntropyRow(task, losses, arithmetic);
    lossStages.add(
        () -> FloatVectorDoubleWord.times(weights, block.nll(), blockLosses, block.length()));
    statistics =
        columns == null || task.statistics().isEmpty()
            ? null
            : new CrossEntropyBlockStatistics(task.statistics(), block, columns.columns(), labels);
    gradient =
        task.gradient() == null
            ? null
            : new CrossEntropyBlockGradient(
                task.gradient(),
                logits,
                rows,
                arithmetic,
                block,
                weights,
                columns == null ? null : columns.columns());
  }

  /** Columns have all lanes; a block of few rows else needs little memory. */
  private static int mostRows(Rows rows) {
    return Layout.of(rows) == Layout.IN_LANES
        ? FloatSoftmaxBlock.LENGTH
        : (int) Math.min(FloatSoftmaxBlock.LENGTH, rows.count());
  }

  /** The task of rows in blocks if they can be done so, else row by row. */
  static RowTask of(LabelRows task, LossWriter losses, FloatArithmetic arithmetic) {
    Layout layout = Layout.of(task.rows());
    boolean plain =
        task.parameters().smoothing() == null
            && task.parameters().zLoss() == 0
            && task.parameters().transform() == null
            && (task.statistics().isEmpty() || layout == Layout.IN_LANES);
    return plain && layout != Layout.ROW_BY_ROW
        ? new CrossEntropyBlocks(task, losses, arithmetic)
        : new CrossEntropyRow(task, losses, arithmetic);
  }

  @Override
  void computeBlock(long first, int count) {
    MemorySegment.copy(task.labels().memory(), I32, first * Integer.BYTES, labels, 0, count);
    weigh(count);
    if (columns != null) {
      sumColumns(columns, first, count);
    } else if (rowSum != null) {
      sumRows(rowSum, first, count);
    }
    block.computeNll();
    lossStages.run();
    writeCorrect(first, count);
    if (statistics != null) {
      statistics.write(first, count);
    }
    if (gradient != null) {
      gradient.write(first, count, labels, ties, leastExponents, ordinary);
    }
    writeLosses(first, count);
  }

  /** Of rows that are not ordinary the block has none. */
  private void writeLosses(long first, int count) {
    if (ColumnTransfer.areAll(ordinary, count)) {
      losses.set(first, blockLosses, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      if (!ordinary[i]) {
        blockLosses[i] = 0;
      }
    }
    losses.set(first, blockLosses, count);
    computeOthers(ordinary, first, count, others);
  }

  /** Whether no row is ignored; a row that is, is not ordinary. */
  private boolean areLabelled(int count) {
    int any = 0;
    for (int i = 0; i < count; i++) {
      any |= labels[i];
    }
    if (any >= 0) {
      Arrays.fill(ordinary, 0, count, true);
      return true;
    }
    for (int i = 0; i < count; i++) {
      ordinary[i] = labels[i] >= 0;
    }
    return false;
  }

  /** What the weight of an ignored row is does not matter. */
  private void weigh(int count) {
    Tensor weight = task.parameters().weight();
    if (weight != null) {
      for (int i = 0; i < count; i++) {
        weights.heads()[i] = labels[i] < 0 ? 0 : (float) ClassWeight.of(weight, labels[i]);
      }
    }
  }

  private void sumColumns(SoftmaxColumns rows, long first, int count) {
    rows.read(first, count);
    rows.sum(count, areLabelled(count));
    if (task.correct() != null) {
      float[] largest = rows.columns().largest();
      for (int i = 0; i < count; i++) {
        exceeded[i] = largest[i] > block.references()[i];
      }
    }
  }

  /** Looks at rows from their labels; an ignored one is seen from 0. */
  private void look(long first, int count) {
    float[] references = block.references();
    for (int i = 0; i < count; i++) {
      references[i] = labels[i] < 0 ? 0 : (float) logits.get(first + i, labels[i]);
    }
  }

  private void sumRows(RowSum sum, long first, int count) {
    block.begin(count);
    areLabelled(count);
    look(first, count);
    for (int i = 0; i < count; i++) {
      if (ordinary[i]) {
        sum.compute(first + i, block.references()[i], 0);
        block.sums()[i] = (float) sum.sum().significand();
        block.exponents()[i] = sum.sum().exponent();
        leastExponents[i] = sum.leastExponent();
        ties[i] = sum.ties();
        boolean near = !sum.isEmpty() && !sum.isUnbounded() && sum.neededShift() == 0;
        ordinary[i] = near && block.isOrdinary(i, 0);
        if (ordinary[i]) {
          block.setTies(i, ties[i]);
        }
        exceeded[i] = ordinary[i] && task.correct() != null && sum.exceedsReference();
      }
    }
  }

  private void writeCorrect(long first, int count) {
    Tensor correct = task.correct();
    if (correct == null) {
      return;
    }
    for (int i = 0; i < count; i++) {
      correct.setLong(first + i, isFirstLargest(first + i, i) ? 1 : 0);
    }
  }

  private boolean isFirstLargest(long row, int i) {
    if (!ordinary[i] || exceeded[i]) {
      return false;
    }
    return ties[i] == 1 || RowSoftmax.isFirstLargest(logits, row, labels[i], block.references()[i]);
  }
}
