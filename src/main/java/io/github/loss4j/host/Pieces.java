// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.InvalidInputException;
import java.util.function.Consumer;

/** Cuts rows into pieces that a device has memory for, smaller ones if it says it has not. */
final class Pieces {
  private static final System.Logger LOG = System.getLogger("io.github.loss4j");

  private Pieces() {}

  /**
   * Computes all rows, a piece at a time; rows without classes need no computing.
   *
   * @param rows the rows
   * @param maxBytes the most bytes of a tensor's piece
   * @param elementBytes the size of an element of the widest tensor
   * @param compute computes a piece; may throw {@link DeviceMemoryException} before it has written
   */
  static void forEach(Rows rows, long maxBytes, int elementBytes, Consumer<Piece> compute) {
    forEach(rows, 1, maxBytes, elementBytes, compute);
  }

  /**
   * Computes all rows, a piece at a time, where the rows of a piece are a multiple of some number,
   * but for the last.
   *
   * @param together the number; more than 1 only for contiguous rows
   */
  static void forEach(
      Rows rows, int together, long maxBytes, int elementBytes, Consumer<Piece> compute) {
    long least = (long) together * rows.classes();
    long maxElements = floor(maxBytes / elementBytes, least);
    long row = 0;
    while (rows.classes() > 0 && row < rows.count()) {
      if (least > maxElements) {
        throw new InvalidInputException(
            "%s of %,d classes %s not fit into the device's largest buffer of %,d bytes"
                .formatted(
                    together == 1 ? "a row" : together + " rows",
                    rows.classes(),
                    together == 1 ? "does" : "do",
                    maxBytes));
      }
      Piece piece = Piece.from(rows, row, maxElements);
      try {
        compute.accept(piece);
        row = piece.end();
      } catch (DeviceMemoryException e) {
        if (piece.rows().count() <= together) {
          throw e;
        }
        maxElements = Math.max(least, floor(piece.rows().size() / 2, least));
        LOG.log(
            System.Logger.Level.WARNING,
            "{0}; trying again with {1} elements at a time",
            e.getMessage(),
            maxElements);
      }
    }
  }

  private static long floor(long number, long step) {
    return step == 0 ? number : number - number % step;
  }
}
