// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowKernels.LabelRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Negative log-likelihood -w_y x_y of one row of log-probabilities and a label, and its gradient.
 */
final class NllRow implements RowTask {
  private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED;

  private static final int BLOCK = 256;

  private final LabelRows task;
  private final LossWriter losses;
  private final Arithmetic arithmetic;
  private final RowView input;
  private final @Nullable RowGradient gradient;
  private final int[] labels;
  private final float[] block;

  NllRow(LabelRows task, LossWriter losses, Arithmetic arithmetic) {
    this.task = task;
    this.losses = losses;
    this.arithmetic = arithmetic;
    input = new RowView(task.input(), task.rows());
    int length = (int) Math.min(BLOCK, task.rows().count());
    labels = new int[length];
    block = new float[length];
    gradient = RowGradient.orNull(task.gradient(), input, task.rows(), arithmetic);
  }

  @Override
  public void compute(long from, long to) {
    if (task.correct() == null && task.losses().dtype() == DType.F32) {
      computeBlocks(from, to);
    } else {
      RowTask.super.compute(from, to);
    }
  }

  /** A block's elements are read before its gradients are written, which may replace them. */
  private void computeBlocks(long from, long to) {
    for (long first = from; first < to; first += BLOCK) {
      int count = (int) Math.min(BLOCK, to - first);
      MemorySegment.copy(task.labels().memory(), I32, first * Integer.BYTES, labels, 0, count);
      gather(first, count);
      losses.set(first, block, count);
      if (gradient != null) {
        gradient.destination().clear(first, count);
        scatter(gradient, first, count);
      }
    }
  }

  private void gather(long first, int count) {
    input.gatherNegated(first, labels, block, count);
    Tensor weight = task.parameters().weight();
    for (int i = 0; i < count && weight != null; i++) {
      if (labels[i] >= 0) {
        block[i] *= (float) ClassWeight.of(weight, labels[i]);
      }
    }
  }

  private void scatter(RowGradient into, long first, int count) {
    Tensor weight = task.parameters().weight();
    for (int i = 0; i < count; i++) {
      if (labels[i] >= 0) {
        write(into, first + i, labels[i], ClassWeight.of(weight, labels[i]));
      }
    }
  }

  private void write(RowGradient into, long row, int label, double weight) {
    into.destination().set(row, label, into.upstream(row).times(-weight, arithmetic));
  }

  @Override
  public void compute(long row) {
    int label = (int) task.labels().getLong(row);
    boolean ignored = label < 0;
    double weight = ignored ? 0 : ClassWeight.of(task.parameters().weight(), label);
    double x = ignored ? 0 : input.get(row, label);
    losses.set(row, ignored ? 0 : arithmetic.round(weight * -x));
    if (task.correct() != null) {
      boolean first = !ignored && RowSoftmax.isFirstLargest(input, row, label, x);
      task.correct().setLong(row, first ? 1 : 0);
    }
    if (gradient != null) {
      gradient.destination().clear(row);
      if (!ignored) {
        write(gradient, row, label, weight);
      }
    }
  }
}
