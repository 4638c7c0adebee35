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
  private final @Nullable Tensor nlls;
  private final @Nullable Tensor logSumExps;
  private final @Nullable Tensor argmaxes;
  private final @Nullable Tensor ranks;
  private final @Nullable Tensor entropies;
  private final @Nullable Tensor largestProbabilities;

  private final RowView view;
  private final RowSoftmax softmax;
  private final RowScan scan;
  private final OrderedDot dot;
  private final SegmentWords x;
  private final SegmentWords p;

  private RowStatistics(
      Map<RowStatistic, Tensor> tensors, RowView view, RowSoftmax softmax, Arithmetic arithmetic) {
    nlls = tensors.get(RowStatistic.NLL);
    logSumExps = tensors.get(RowStatistic.LOG_SUM_EXP);
    argmaxes = tensors.get(RowStatistic.ARGMAX);
    ranks = tensors.get(RowStatistic.RANK);
    entropies = tensors.get(RowStatistic.ENTROPY);
    largestProbabilities = tensors.get(RowStatistic.LARGEST_PROBABILITY);
    this.view = view;
    this.softmax = softmax;
    scan = new RowScan(view, argmaxes != null, ranks != null);
    dot = new OrderedDot(arithmetic);
    x = arithmetic.segmentWords(view.classes());
    p = arithmetic.segmentWords(entropies == null ? 0 : view.classes());
  }

  static @Nullable RowStatistics orNull(
      Map<RowStatistic, Tensor> tensors, RowView view, RowSoftmax softmax, Arithmetic arithmetic) {
    return tensors.isEmpty() ? null : new RowStatistics(tensors, view, softmax, arithmetic);
  }

  /** Computes those of the softmax's row; an ignored row has label -1 and an NLL of 0. */
  void compute(long row, int label, double nll) {
    double entropy = passOver(row, label);
    setDouble(nlls, row, nll);
    setDouble(entropies, row, entropy);
    if (argmaxes != null) {
      argmaxes.setLong(row, scan.argmax());
    }
    if (ranks != null) {
      ranks.setLong(row, label < 0 ? -1 : scan.rank());
    }
    if (logSumExps != null) {
      logSumExps.setDouble(row, softmax.logSumExp());
    }
    if (largestProbabilities != null) {
      largestProbabilities.setDouble(row, softmax.largestProbability());
    }
  }

  private static void setDouble(@Nullable Tensor tensor, long row, double value) {
    if (tensor != null) {
      tensor.setDouble(row, value);
    }
  }

  /** Scans the row and returns its entropy, as far as they are asked for. */
  private double passOver(long row, int label) {
    boolean scans = argmaxes != null || ranks != null;
    if (!scans && entropies == null) {
      return 0;
    }
    if (!softmax.isDefined()) {
      scan.anything(row, label);
      return Double.NaN;
    }
    scan.begin(row, label);
    dot.reset();
    double base = entropies == null ? 0 : softmax.base();
    double excess = entropies == null ? 0 : softmax.excess();
    for (int c = 0; c < view.classes(); c += RowOrder.SEGMENT) {
      x.read(view, row, c);
      if (scans) {
        scan.add(x, c);
      }
      if (entropies != null) {
        dot.addSegment(p, x, softmax, base, excess);
      }
    }
    return 0 - dot.sum();
  }
}
