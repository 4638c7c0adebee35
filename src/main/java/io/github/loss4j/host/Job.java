// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Loss;
import io.github.loss4j.LossTotals;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation of a loss: what is common to all losses. Its inputs are checked when it is made;
 * the totals fill as its pieces are computed.
 */
final class Job {
  private final Tensor input;
  private final Request request;
  private final Reduction reduction;
  private final DType arithmetic;
  private final Rows rows;
  private final LossTotals totals;
  private final @Nullable Tensor rowLosses;
  private final StatisticTensors statistics;

  /**
   * An evaluation.
   *
   * @param rows the layout of the input
   * @param rowShape the shape of the losses of the rows
   */
  Job(Tensor input, Rows rows, long[] rowShape, DType arithmetic, Loss loss, Request request) {
    this.input = input;
    this.rows = rows;
    this.request = request;
    this.reduction = loss.reduction();
    this.arithmetic = arithmetic;
    totals = new LossTotals(loss);
    long[] lossShape = reduction == Reduction.NONE ? rowShape : new long[0];
    if (request.inputGradient() != null) {
      Checks.destination(
          "input gradient",
          request.inputGradient(),
          input,
          input.dtype().arithmetic(),
          input.dtype());
    }
    if (request.upstream() != null) {
      Checks.usable("upstream gradient", request.upstream());
      Checks.shape("upstream gradient", request.upstream(), lossShape);
      Checks.type("upstream gradient", request.upstream(), arithmetic);
      Checks.apart("input gradient", request.inputGradient(), request.upstream());
      Checks.apart("target gradient", request.targetGradient(), request.upstream());
    }
    statistics = StatisticTensors.of(request, loss, arithmetic, rowShape);
    rowLosses = reduction == Reduction.NONE ? Tensor.allocate(arithmetic, rowShape) : null;
  }

  /** An evaluation of a loss that has one value per row of classes. */
  static Job ofClasses(Tensor input, DType arithmetic, ClassLoss loss, Request request) {
    Rows rows = Rows.along(input, ClassLoss.classAxis(input));
    return new Job(input, rows, ClassLoss.rowShape(input), arithmetic, loss, request);
  }

  Rows rows() {
    return rows;
  }

  DType arithmetic() {
    return arithmetic;
  }

  /** A number rounded to the arithmetic type. */
  double rounded(double number) {
    return arithmetic == DType.F64 ? number : (float) number;
  }

  LossTotals totals() {
    return totals;
  }

  Request request() {
    return request;
  }

  StatisticTensors statistics() {
    return statistics;
  }

  /** There must be a class for a row to have a label. */
  void requireClasses() {
    if (rows.classes() == 0 && rows.count() > 0) {
      throw new InvalidInputException("the input %s has rows without classes".formatted(input));
    }
  }

  /** Computes all rows in pieces, some of them at the same time if the kernels want it. */
  void forEachPiece(RowKernels kernels, Consumer<Piece> compute) {
    Pieces.forEach(kernels, input, rows, arithmetic.bytes(), compute);
  }

  /** Where a piece's losses go. */
  RowLosses losses(Piece piece) {
    Tensor wanted = rowLosses == null ? null : piece.perRow(rowLosses);
    return new RowLosses(arithmetic, piece.rows().count(), wanted);
  }

  /** Where it goes whether a piece's labels have the largest logit; null if it is not wanted. */
  @Nullable Tensor correct(Piece piece) {
    return request.accuracy() ? Scratch.perRow(DType.U8, piece.rows().count()) : null;
  }

  /** A piece's part of a gradient; null if it is not wanted. */
  synchronized RowKernels.@Nullable Gradient gradient(@Nullable Tensor elements, Piece piece) {
    if (elements == null) {
      return null;
    }
    Tensor upstream = request.upstream();
    if (reduction == Reduction.NONE && upstream != null) {
      return new RowKernels.Gradient(elements, piece.perRow(upstream), Scale.NONE);
    }
    double ofLoss = upstream == null ? 1 : upstream.toHost().getDouble(0);
    return new RowKernels.Gradient(
        elements, null, Scale.of(ofLoss, totals.gradientDivisor(), this));
  }

  /** Adds a computed piece to the totals. */
  synchronized void add(RowLosses losses, @Nullable Tensor correct) {
    losses.addTo(totals);
    if (correct != null) {
      long count = 0;
      for (long row = 0; row < correct.size(); row++) {
        count += correct.getLong(row);
      }
      totals.addCorrect(count);
    }
  }

  /** The loss, when all pieces have been added. */
  Tensor loss() {
    return rowLosses != null ? rowLosses : Tensor.scalar(totals.value(), arithmetic);
  }
}
