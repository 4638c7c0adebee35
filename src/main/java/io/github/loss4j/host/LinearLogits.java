// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.ClassMatrix;
import io.github.loss4j.DType;
import io.github.loss4j.LinearRequest;
import io.github.loss4j.Tensor;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Logits made of hidden states a piece at a time, in memory that all pieces share; they become
 * their own gradient there, from which the other gradients are made.
 */
final class LinearLogits implements Logits, AutoCloseable {
  private final RowKernels kernels;
  private final Rows rows;
  private final DType arithmetic;
  private final Tensor hidden;
  private final Matrix weight;
  private final @Nullable Tensor bias;
  private final @Nullable Tensor hiddenGradient;
  private final @Nullable Tensor weightGradient;
  private final @Nullable Tensor biasGradient;

  /** Closed at the end: a large workspace must not wait for the garbage collector. */
  private final Arena arena = Arena.ofShared();

  private final @Nullable Tensor weightSum;
  private @Nullable Tensor biasSum;
  private @Nullable Tensor nextBiasSum;
  private @Nullable Tensor workspace;

  LinearLogits(
      RowKernels kernels, Tensor hidden, ClassMatrix classes, Job job, LinearRequest request) {
    this.kernels = kernels;
    rows = job.rows();
    arithmetic = job.arithmetic();
    this.hidden = hidden;
    weight = Matrix.of(classes.weight());
    Tensor given = classes.bias();
    bias = given == null ? null : Checks.widened(given, arithmetic);
    hiddenGradient = request.hiddenGradient();
    weightGradient = request.weightGradient();
    biasGradient = request.biasGradient();
    weightSum = weightGradient == null ? null : sumOf(weightGradient);
    if (biasGradient != null) {
      biasSum = Tensor.allocate(arena, arithmetic, rows.classes());
      nextBiasSum = Tensor.allocate(arena, arithmetic, rows.classes());
    }
  }

  /** Where pieces add up: the gradient itself if it is of the arithmetic type. */
  private Tensor sumOf(Tensor gradient) {
    return gradient.dtype() == arithmetic
        ? gradient
        : Tensor.allocate(arena, arithmetic, gradient.shape());
  }

  @Override
  public Tensor of(Piece piece) {
    long size = piece.rows().size();
    if (workspace == null) {
      workspace = Tensor.allocate(arena, arithmetic, size); // the first piece is the largest
    }
    Tensor logits = workspace.slice(0, size);
    multiply(states(hidden, piece), weight.transposed(), bias, logits);
    return logits;
  }

  @Override
  public @Nullable Tensor destination(Piece piece, Tensor logits) {
    boolean wanted = hiddenGradient != null || weightGradient != null || biasGradient != null;
    return wanted ? logits : null;
  }

  /**
   * Makes the gradients that are wanted. A step that finds no memory has the piece computed again;
   * so the sum that is added to in place comes last, and the other takes effect after it.
   */
  @Override
  public void take(Piece piece, @Nullable Tensor gradient) {
    if (gradient == null) {
      return;
    }
    long count = piece.rows().count();
    Matrix ofLogits = Matrix.dense(gradient, count, rows.classes());
    if (hiddenGradient != null) {
      multiply(ofLogits, weight, null, states(hiddenGradient, piece).tensor());
    }
    if (nextBiasSum != null) {
      Matrix ones = Matrix.constantRow(Tensor.scalar(1, arithmetic), count);
      multiply(ones, ofLogits, biasSum, nextBiasSum);
    }
    if (weightSum != null) {
      Tensor start = piece.firstRow() == 0 ? null : weightSum;
      multiply(ofLogits.transposed(), states(hidden, piece), start, weightSum);
    }
    Tensor previous = biasSum;
    biasSum = nextBiasSum;
    nextBiasSum = previous;
  }

  /** Brings the sums into the gradients, when all pieces have been taken. */
  void finish() {
    if (weightSum != null && rows.count() == 0) {
      weightSum.copyFrom(Tensor.allocate(weightSum.dtype(), weightSum.shape()));
    }
    copy(weightSum, weightGradient);
    copy(biasSum, biasGradient);
  }

  private static void copy(@Nullable Tensor sum, @Nullable Tensor gradient) {
    if (sum == null || gradient == null || sum == gradient) {
      return;
    }
    Tensor rounded = Scratch.onHost(gradient);
    for (long i = 0; i < sum.size(); i++) {
      rounded.setDouble(i, sum.getDouble(i));
    }
    if (rounded != gradient) {
      gradient.copyFrom(rounded);
    }
  }

  /** A piece's part of a tensor of the hidden states' shape. */
  private Matrix states(Tensor tensor, Piece piece) {
    Tensor all = tensor.reshape(rows.count(), weight.columns());
    return Matrix.of(all.slice(piece.firstRow(), piece.rows().count()));
  }

  private void multiply(Matrix left, Matrix right, @Nullable Tensor start, Tensor result) {
    if (result.size() > 0) {
      kernels.multiply(new MatrixProduct(left, right, start, result, arithmetic));
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
