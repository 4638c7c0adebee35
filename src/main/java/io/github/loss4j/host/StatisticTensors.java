// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Loss;
import io.github.loss4j.Request;
import io.github.loss4j.RowStatistic;
import io.github.loss4j.Tensor;
import java.util.EnumMap;
import java.util.Map;

/**
 * The statistics of the rows that a request asks for.
 *
 * @param tensors one per statistic, of the rows' shape
 */
record StatisticTensors(Map<RowStatistic, Tensor> tensors) {

  /** Memory for what is asked for. */
  static StatisticTensors of(Request request, Loss loss, DType arithmetic, long[] rowShape) {
    Map<RowStatistic, Tensor> tensors = new EnumMap<>(RowStatistic.class);
    for (RowStatistic statistic : request.statistics()) {
      if (!(loss instanceof CrossEntropyLoss)) {
        throw new InvalidInputException(
            "the statistic %s is computed with CrossEntropyLoss, not with %s"
                .formatted(statistic, loss.getClass().getSimpleName()));
      }
      tensors.put(statistic, Tensor.allocate(statistic.dtype(arithmetic), rowShape));
    }
    return new StatisticTensors(tensors);
  }

  boolean isEmpty() {
    return tensors.isEmpty();
  }

  /** Target probabilities have no label. */
  void requireNoLabels(Tensor target) {
    for (RowStatistic statistic : tensors.keySet()) {
      if (statistic.needsLabels()) {
        throw new InvalidInputException(
            "the statistic %s needs labels, but the target is %s".formatted(statistic, target));
      }
    }
  }

  /** A piece's part of each. */
  Map<RowStatistic, Tensor> of(Piece piece) {
    Map<RowStatistic, Tensor> parts = new EnumMap<>(RowStatistic.class);
    tensors.forEach((statistic, tensor) -> parts.put(statistic, piece.perRow(tensor)));
    return parts;
  }
}
