// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Cuts rows into pieces that a device has memory for, smaller ones if it says it has not. */
final class Pieces {
  private static final System.Logger LOG = System.getLogger("io.github.loss4j");

  private final Rows rows;
  private final int together;
  private final long least;
  private final Consumer<Piece> compute;
  private long maxElements;
  private long nextRow;

  private Pieces(Rows rows, int together, long maxElements, Consumer<Piece> compute) {
    this.rows = rows;
    this.together = together;
    this.least = (long) together * rows.classes();
    this.maxElements = floor(maxElements, least);
    this.compute = compute;
  }

  /**
   * Computes all rows, a piece at a time or several on as many threads, as kernels want it; rows
   * without classes need no computing.
   *
   * @param kernels whose memory limits the pieces
   * @param input what has the rows
   * @param rows the rows
   * @param elementBytes the size of an element of the widest tensor
   * @param compute computes a piece; may throw {@link DeviceMemoryException} before it has written
   */
  static void forEach(
      RowKernels kernels, Tensor input, Rows rows, int elementBytes, Consumer<Piece> compute) {
    long maxBytes = kernels.maxInputBytes();
    int atATime = kernels.piecesAtATime();
    long elements = kernels.pieceBytes() / elementBytes;
    if (atATime == 1 || rows.classes() > elements || input.storage() != null) {
      forEach(rows, 1, maxBytes, elementBytes, compute);
    } else {
      new Pieces(rows, 1, elements, compute).run(atATime);
    }
  }

  /**
   * Computes all rows, a piece at a time, where the rows of a piece are a multiple of some number,
   * but for the last.
   *
   * @param together the number; more than 1 only for contiguous rows
   * @param maxBytes the most bytes of a tensor's piece
   */
  static void forEach(
      Rows rows, int together, long maxBytes, int elementBytes, Consumer<Piece> compute) {
    requireRowFits(rows, together, maxBytes, elementBytes);
    new Pieces(rows, together, maxBytes / elementBytes, compute).run(1);
  }

  private static void requireRowFits(Rows rows, int together, long maxBytes, int elementBytes) {
    if (rows.count() > 0 && (long) together * rows.classes() > maxBytes / elementBytes) {
      throw new InvalidInputException(
          "%s of %,d classes %s not fit into the device's largest buffer of %,d bytes"
              .formatted(
                  together == 1 ? "a row" : together + " rows",
                  rows.classes(),
                  together == 1 ? "does" : "do",
                  maxBytes));
    }
  }

  private void run(int atATime) {
    if (rows.classes() == 0) {
      return;
    }
    int threads = (int) Math.min(atATime, Math.ceilDiv(rows.size(), maxElements));
    if (threads <= 1) {
      computeAll();
      return;
    }
    List<Future<?>> others = new ArrayList<>();
    try (ExecutorService executor =
        Executors.newFixedThreadPool(threads - 1, Thread.ofPlatform().daemon().factory())) {
      for (int i = 1; i < threads; i++) {
        others.add(executor.submit(this::computeAll));
      }
      computeAll();
    }
    for (Future<?> other : others) {
      if (other.state() == Future.State.FAILED) {
        throw unchecked(other.exceptionNow());
      }
    }
  }

  private static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  /** What each thread does. */
  private void computeAll() {
    try {
      for (Piece piece = next(); piece != null; piece = next()) {
        compute(piece);
      }
    } catch (RuntimeException | Error e) {
      stop();
      throw e;
    }
  }

  private synchronized @Nullable Piece next() {
    if (nextRow >= rows.count()) {
      return null;
    }
    Piece piece = Piece.from(rows, nextRow, maxElements);
    nextRow = piece.end();
    return piece;
  }

  private synchronized void stop() {
    nextRow = rows.count();
  }

  private void compute(Piece piece) {
    try {
      compute.accept(piece);
    } catch (DeviceMemoryException e) {
      if (piece.rows().count() <= together) {
        throw e;
      }
      long most = smallerThan(piece);
      LOG.log(
          System.Logger.Level.WARNING,
          "{0}; trying again with {1} elements at a time",
          e.getMessage(),
          most);
      for (long row = piece.firstRow(); row < piece.end(); ) {
        Piece part = Piece.from(rows, row, piece.end(), most);
        compute(part);
        row = part.end();
      }
    }
  }

  /** The most elements of the pieces that follow one that found no memory. */
  private synchronized long smallerThan(Piece piece) {
    long most = Math.max(least, floor(piece.rows().size() / 2, least));
    maxElements = Math.min(maxElements, most);
    return most;
  }

  private static long floor(long number, long step) {
    return step == 0 ? number : number - number % step;
  }
}
