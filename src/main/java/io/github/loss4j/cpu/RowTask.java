// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowKernels.Elements;
import io.github.loss4j.host.RowKernels.LabelRows;
import io.github.loss4j.host.RowKernels.ProbabilityRows;

/** One kernel's work on one row. An instance keeps scratch memory, so each thread has its own. */
@FunctionalInterface
interface RowTask {
  void compute(long row);

  /** Computes rows up to one that is not. */
  default void compute(long from, long to) {
    for (long row = from; row < to; row++) {
      compute(row);
    }
  }

  /** Called after the last row that this computes. */
  default void finish() {}

  static RowTask of(LabelRows task, Arithmetic arithmetic) {
    LossWriter losses = new LossWriter(task.losses(), arithmetic);
    return new SummedRows(
        switch (task.kernel()) {
          case CROSS_ENTROPY -> arithmetic.crossEntropy(task, losses);
          case NLL -> new NllRow(task, losses, arithmetic);
          case SOFTMAX_FOCAL -> arithmetic.softmaxFocal(task, losses);
        },
        losses);
  }

  static RowTask of(ProbabilityRows task, Arithmetic arithmetic) {
    LossWriter losses = new LossWriter(task.losses(), arithmetic);
    return new SummedRows(
        switch (task.kernel()) {
          case CROSS_ENTROPY -> arithmetic.crossEntropy(task, losses);
          case SOFTMAX_FOCAL -> new SoftmaxFocalProbabilitiesRow(task, losses, arithmetic);
        },
        losses);
  }

  static RowTask of(Elements task, Arithmetic arithmetic) {
    LossWriter losses = new LossWriter(task.losses(), arithmetic);
    return new SummedRows(arithmetic.elementTask(task, losses), losses);
  }
}
