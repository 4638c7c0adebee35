// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.DType;
import io.github.loss4j.LogSoftmax;
import io.github.loss4j.Normalization;
import io.github.loss4j.Tensor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The evaluation of softmax or its logarithm, or of its gradient. */
final class NormalizationEvaluation {
  private final Tensor input;
  private final @Nullable Tensor upstream;
  private final Tensor result;
  private final DType arithmetic;
  private final Rows rows;
  private final boolean logarithm;

  /** Checks the tensors; the result is called by its name in messages. */
  NormalizationEvaluation(
      Normalization function,
      Tensor input,
      @Nullable Tensor upstream,
      Tensor result,
      String resultName) {
    this.input = input;
    this.upstream = upstream;
    this.result = result;
    Checks.usable("input", input);
    Checks.usable("upstream gradient", upstream);
    Checks.floating("input", input);
    arithmetic = input.dtype().arithmetic();
    Checks.destination(resultName, result, input, arithmetic, input.dtype());
    if (upstream != null) {
      Checks.shape("upstream gradient", upstream, input.shape());
      Checks.type("upstream gradient", upstream, arithmetic);
      Checks.apart(resultName, result, upstream);
    }
    rows = Rows.along(input, function.axisOf(input));
    logarithm = function instanceof LogSoftmax;
  }

  DType arithmetic() {
    return arithmetic;
  }

  void apply(RowKernels kernels) {
    forEachPiece(
        kernels,
        (piece, part) ->
            kernels.normalize(
                new RowKernels.Normalize(
                    piece.rows(), logarithm, part.source(), part.result(), arithmetic)));
  }

  void gradient(RowKernels kernels) {
    forEachPiece(
        kernels,
        (piece, part) ->
            kernels.normalizeGradient(
                new RowKernels.NormalizeGradient(
                    piece.rows(),
                    logarithm,
                    part.source(),
                    upstream == null ? null : piece.elements(upstream),
                    part.result(),
                    arithmetic)));
  }

  private record Part(Tensor source, Tensor result) {}

  private void forEachPiece(RowKernels kernels, BiConsumer<Piece, Part> compute) {
    Pieces.forEach(
        kernels,
        input,
        rows,
        arithmetic.bytes(),
        piece -> {
          Tensor source = piece.elements(input);
          Tensor part = piece.destination(result, input, source);
          compute.accept(piece, new Part(source, part));
          piece.putBack(part, result);
        });
  }
}
