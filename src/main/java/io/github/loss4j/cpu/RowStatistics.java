// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.RowStatistic;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each row's softmax, as far as it is asked for. {@code kernels/statistics.clh} is
 * the same in OpenCL C.
 */
final class RowStatistics {
  private final Map<RowStatistic, Tensor> tensors;
  private final Arithmetic arithmetic;
  private final RowScan scan = new RowScan();
  private final OrderedDot dot;
  private final double[] x = new double[RowOrder.SEGMENT];
  private final double[] p = new double[RowOrder.SEGMENT];
  private final double[] logP = new double[RowOrder.SEGMENT];

  private RowStatistics(Map<RowStatistic, Tensor> tensors, Arithmetic arithmetic) {
    this.tensors = tensors;
    this.arithmetic = arithmetic;
    dot = new OrderedDot(arithmetic);
  }

  static @Nullable RowStatistics orNull(Map<RowStatistic, Tensor> tensors, Arithmetic arithmetic) {
    return tensors.isEmpty() ? null : new RowStatistics(tensors, arithmetic);
  }

  /** Computes those of a row, from its softmax; an ignored row has label -1 and an NLL of 0. */
  void compute(RowView view, long row, RowSoftmax softmax, int label, double nll) {
    if (tensors.containsKey(RowStatistic.ARGMAX) || tensors.containsKey(RowStatistic.RANK)) {
      scan.of(view, row, label);
    }
    tensors.forEach(
        (statistic, tensor) -> {
          switch (statistic) {
            case NLL -> tensor.setDouble(row, nll);
            case LOG_SUM_EXP -> tensor.setDouble(row, softmax.logSumExp());
            case ARGMAX -> tensor.setLong(row, scan.argmax());
            case RANK -> tensor.setLong(row, label < 0 ? -1 : scan.rank());
            case ENTROPY -> tensor.setDouble(row, entropy(view, row, softmax));
            case LARGEST_PROBABILITY -> tensor.setDouble(row, softmax.largestProbability());
          }
        });
  }

  private double entropy(RowView view, long row, RowSoftmax softmax) {
    double base = softmax.base();
    double excess = softmax.excess();
    dot.reset();
    for (int c = 0; c < view.classes(); c += RowOrder.SEGMENT) {
      int count = view.read(row, c, x);
      softmax.probabilities(x, count, p);
      for (int j = 0; j < count; j++) {
        double log = arithmetic.round(arithmetic.round(x[j] - base) - excess);
        logP[j] = p[j] == 0 ? 0 : log;
      }
      dot.addSegment(p, logP, count);
    }
    return 0 - dot.sum();
  }
}
