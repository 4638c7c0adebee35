// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.ClassKernel.OfLabels;
import io.github.loss4j.host.RowKernels.LabelRows;
import io.github.loss4j.host.Rows;
import io.github.loss4j.host.Smoothing;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@link CrossEntropyRow} and {@link SoftmaxFocalRow} do, for blocks of rows with the Vector
 * API: where rows are short, what is done once per row takes longer than what is done for each
 * element. Rows that are out of the ordinary are left to these.
 */
final class CrossEntropyBlocks extends RowBlocks {
  private final RowView logits;
  private final LabelBlock labelled;
  private final FloatSoftmaxBlock block;
  private final @Nullable SoftmaxColumns columns;
  private final @Nullable RowSum rowSum;
  private final @Nullable CrossEntropyBlockStatistics statistics;
  private final @Nullable CrossEntropyBlockGradient gradient;

  private final boolean[] ordinary;
  private final int[] ties;
  private final int[] leastExponents;
  private final FloatVectorStages lossStages = new FloatVectorStages();

  private CrossEntropyBlocks(
      LabelRows task, LossWriter losses, Supplier<RowTask> rowByRow, FloatArithmetic arithmetic) {
    super(task.rows(), mostRows(task.rows()), rowByRow);
    Rows rows = task.rows();
    logits = new RowView(task.input(), rows);
    block = new FloatSoftmaxBlock(arithmetic, length());
    int lanes = FloatSoftmaxBlock.lanes(length());
    labelled = new LabelBlock(task, losses, logits, lanes);
    leastExponents = new int[lanes];
    if (Layout.of(rows) == Layout.IN_LANES) {
      columns = new SoftmaxColumns(task.input(), rows, block, labelled.labels());
      rowSum = null;
      ordinary = columns.ordinary();
      ties = columns.columns().ties();
    } else {
      columns = null;
      rowSum = arithmetic.rowSum(logits);
      ordinary = new boolean[lanes];
      ties = new int[lanes];
    }
    BlockWeighting weighting = weighting(task);
    weighting.addFactors(lossStages);
    lossStages.add(
        () ->
            FloatVectorDoubleWord.times(
                weighting.factors(), block.nll(), labelled.losses(), block.length()));
    statistics =
        columns == null || task.statistics().isEmpty()
            ? null
            : new CrossEntropyBlockStatistics(
                task.statistics(), block, columns.columns(), labelled.labels());
    gradient =
        task.gradient() == null
            ? null
            : new CrossEntropyBlockGradient(
                task.gradient(), logits, rows, arithmetic, block, weighting, columns);
  }

  private BlockWeighting weighting(LabelRows task) {
    return task.kernel() == OfLabels.SOFTMAX_FOCAL
        ? new FocusedWeighting(block, labelled, ties, task.parameters().gamma())
        : new BlockWeighting(block, labelled, ties);
  }

  /** Columns have all lanes; a block of few rows else needs little memory. */
  private static int mostRows(Rows rows) {
    return Layout.of(rows) == Layout.IN_LANES
        ? FloatSoftmaxBlock.LENGTH
        : (int) Math.min(FloatSoftmaxBlock.LENGTH, rows.count());
  }

  /** The task of rows in blocks if they can be done so, else row by row. */
  static RowTask of(LabelRows task, LossWriter losses, FloatArithmetic arithmetic) {
    Supplier<RowTask> rowByRow = () -> new CrossEntropyRow(task, losses, arithmetic);
    Layout layout = Layout.of(task.rows());
    Smoothing smoothing = task.parameters().smoothing();
    boolean plain = task.parameters().zLoss() == 0 && task.parameters().transform() == null;
    boolean inLanes = layout == Layout.IN_LANES;
    if (!plain || layout == Layout.ROW_BY_ROW || (!inLanes && !task.statistics().isEmpty())) {
      return rowByRow.get();
    }
    if (smoothing == null) {
      return new CrossEntropyBlocks(task, losses, rowByRow, arithmetic);
    }
    return inLanes && task.statistics().isEmpty()
        ? new SmoothedBlocks(task, smoothing, losses, rowByRow, arithmetic)
        : rowByRow.get();
  }

  /** The same of focal loss. */
  static RowTask ofFocal(LabelRows task, LossWriter losses, FloatArithmetic arithmetic) {
    Supplier<RowTask> rowByRow = () -> new SoftmaxFocalRow(task, losses, arithmetic);
    return Layout.of(task.rows()) == Layout.ROW_BY_ROW
        ? rowByRow.get()
        : new CrossEntropyBlocks(task, losses, rowByRow, arithmetic);
  }

  @Override
  void computeBlock(long first, int count) {
    labelled.read(first, count);
    if (columns != null) {
      sumColumns(columns, first, count);
    } else if (rowSum != null) {
      sumRows(rowSum, first, count);
    }
    block.computeNll();
    lossStages.run();
    labelled.writeCorrect(first, count, ordinary, ties);
    if (statistics != null) {
      statistics.write(first, count);
    }
    if (gradient != null) {
      gradient.write(first, count, labelled.labels(), leastExponents, ordinary, statistics == null);
    }
    labelled.writeLosses(first, count, ordinary);
    computeOthers(ordinary, first, count);
  }

  private void sumColumns(SoftmaxColumns rows, long first, int count) {
    rows.read(first, count);
    rows.sum(count, labelled.mark(ordinary, count));
    float[] largest = rows.columns().largest();
    for (int i = 0; i < count && labelled.wantsCorrect(); i++) {
      labelled.beaten()[i] = largest[i] > block.references()[i];
    }
  }

  /** Looks at rows from their labels; an ignored one is seen from 0. */
  private void look(long first, int count) {
    float[] references = block.references();
    int[] labels = labelled.labels();
    for (int i = 0; i < count; i++) {
      references[i] = labels[i] < 0 ? 0 : (float) logits.get(first + i, labels[i]);
    }
  }

  private void sumRows(RowSum sum, long first, int count) {
    block.begin(count);
    labelled.mark(ordinary, count);
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
        labelled.beaten()[i] = ordinary[i] && labelled.wantsCorrect() && sum.exceedsReference();
      }
    }
  }
}
