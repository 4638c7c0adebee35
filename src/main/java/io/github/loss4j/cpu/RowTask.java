// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

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

  static RowTask of(LabelRows task, Arithmetic arithmetic) {
    return switch (task.kernel()) {
      case CROSS_ENTROPY -> arithmetic.crossEntropy(task);
      case NLL -> new NllRow(task, arithmetic);
      case SOFTMAX_FOCAL -> new SoftmaxFocalRow(task, arithmetic);
    };
  }

  static RowTask of(ProbabilityRows task, Arithmetic arithmetic) {
    return switch (task.kernel()) {
      case CROSS_ENTROPY -> new CrossEntropyProbabilitiesRow(task, arithmetic);
      case SOFTMAX_FOCAL -> new SoftmaxFocalProbabilitiesRow(task, arithmetic);
    };
  }
}
