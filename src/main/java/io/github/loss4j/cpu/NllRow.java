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
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final LabelRows task;
  private final Arithmetic arithmetic;
  private final RowView input;
  private final @Nullable RowGradient gradient;

  NllRow(LabelRows task, Arithmetic arithmetic) {
    this.task = task;
    this.arithmetic = arithmetic;
    input = new RowView(task.input(), task.rows());
    gradient = RowGradient.orNull(task.gradient(), input, task.rows(), arithmetic);
  }

  @Override
  public void compute(long from, long to) {
    if (gradient == null && task.correct() == null && task.losses().dtype() == DType.F32) {
      gather(from, to);
    } else {
      RowTask.super.compute(from, to);
    }
  }

  /** Only the losses, in one loop. */
  private void gather(long from, long to) {
    MemorySegment labels = task.labels().memory();
    MemorySegment losses = task.losses().memory();
    Tensor weight = task.parameters().weight();
    for (long row = from; row < to; row++) {
      int label = labels.get(I32, row * Integer.BYTES);
      float x = label < 0 ? 0 : input.getFloat(row, label);
      float loss = weight == null ? -x : (float) ClassWeight.of(weight, Math.max(label, 0)) * -x;
      losses.set(F32, row * Float.BYTES, label < 0 ? 0 : loss);
    }
  }

  @Override
  public void compute(long row) {
    int label = (int) task.labels().getLong(row);
    boolean ignored = label < 0;
    double weight = ignored ? 0 : ClassWeight.of(task.parameters().weight(), label);
    double x = ignored ? 0 : input.get(row, label);
    task.losses().setDouble(row, ignored ? 0 : arithmetic.round(weight * -x));
    if (task.correct() != null) {
      boolean first = !ignored && RowSoftmax.isFirstLargest(input, row, label, x);
      task.correct().setLong(row, first ? 1 : 0);
    }
    if (gradient != null) {
      gradient.clear(row);
      if (!ignored) {
        double derivative = gradient.upstream(row).times(-weight, arithmetic);
        gradient.destination().set(row, label, derivative);
      }
    }
  }
}
