// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A piece holds the rows it says, whatever their layout. */
class PieceTest {
  private static final List<Rows> LAYOUTS =
      List.of(
          new Rows(7, 3, 1),
          new Rows(1, 5, 11),
          new Rows(3, 4, 6),
          new Rows(2, 1, 9),
          new Rows(1, 1, 1));

  /** Cuts every layout for every number of elements. */
  private static void forEachPiece(Consumer<Piece> check) {
    for (Rows whole : LAYOUTS) {
      for (long most = whole.classes(); most <= whole.size() + 1; most++) {
        for (long row = 0; row < whole.count(); ) {
          Piece piece = Piece.from(whole, row, most);
          check.accept(piece);
          assertTrue(piece.rows().count() > 0 && piece.rows().size() <= most, piece::toString);
          row = piece.end();
        }
      }
    }
  }

  @Test
  void wholeSlabsAreTakenWhereTheyFit() {
    Rows whole = new Rows(10, 4, 3);
    assertEquals(new Rows(10, 4, 3), Piece.from(whole, 0, 120).rows());
    assertEquals(new Rows(9, 4, 3), Piece.from(whole, 0, 119).rows());
    assertEquals(new Rows(2, 4, 3), Piece.from(whole, 24, 1000).rows());
    assertEquals(new Rows(1, 4, 2), Piece.from(whole, 0, 11).rows());
    assertEquals(new Rows(1, 4, 2), Piece.from(whole, 1, 1000).rows(), "to the slab's end");
  }

  /** The results of a piece's rows are arrays, of 2 GiB at most. */
  @Test
  void rowsOfAPieceFitIntoAnArray() {
    long all = Long.MAX_VALUE;
    for (Rows whole :
        List.of(
            new Rows(1L << 33, 2, 1),
            new Rows(1, 2, 1L << 33),
            new Rows(1L << 20, 2, 1L << 13),
            new Rows(3, 1, (1L << 31) + 1))) {
      assertTrue(Piece.from(whole, 0, all).rows().count() <= 1 << 27, whole::toString);
    }
  }

  @Test
  void elementsAndPerRowHoldThePiecesRows() {
    forEachPiece(
        piece -> {
          Rows whole = piece.whole();
          Tensor elements = piece.elements(counted(whole.size()));
          Tensor perRow = piece.perRow(counted(whole.count()));
          assertEquals(piece.rows().size(), elements.size());
          assertEquals(piece.rows().count(), perRow.size());
          assertEquals(whole.classes(), piece.rows().classes());
          for (long row = 0; row < piece.rows().count(); row++) {
            assertEquals(piece.firstRow() + row, perRow.getLong(row));
            for (int c = 0; c < whole.classes(); c++) {
              assertEquals(
                  position(whole, piece.firstRow() + row, c),
                  elements.getLong(position(piece.rows(), row, c)));
            }
          }
        });
  }

  @Test
  void whatIsPutBackReplacesThePiecesRowsAlone() {
    forEachPiece(
        piece -> {
          Rows whole = piece.whole();
          Tensor all = counted(whole.size());
          Tensor part = piece.destination(all, counted(whole.size()), counted(1));
          for (long i = 0; i < part.size(); i++) {
            part.setLong(i, -1 - part.getLong(i));
          }
          piece.putBack(part, all);
          for (long row = 0; row < whole.count(); row++) {
            boolean inside = row >= piece.firstRow() && row < piece.end();
            for (int c = 0; c < whole.classes(); c++) {
              long i = position(whole, row, c);
              assertEquals(inside ? -1 - i : i, all.getLong(i));
            }
          }
        });
  }

  @Test
  void aResultOverItsSourceSharesTheSourcesPart() {
    Tensor source = counted(60);
    Piece piece = Piece.from(new Rows(3, 4, 5), 1, 8);
    Tensor part = piece.elements(source);
    Tensor view = Tensor.of(source.memory(), source.dtype(), 60);
    assertSame(part, piece.destination(view, source, part));
    assertSame(part, piece.destinationOrNull(view, source, part));
    assertNull(piece.destinationOrNull(null, source, part));
  }

  /** Where a row's class lies in a row-major array of shape (outer, classes, inner). */
  private static long position(Rows rows, long row, int c) {
    long o = row / rows.inner();
    long i = row % rows.inner();
    return o * rows.classes() * rows.inner() + c * rows.inner() + i;
  }

  /** The tensor 0, 1, 2, .... */
  private static Tensor counted(long size) {
    Tensor tensor = Tensor.allocate(DType.I64, size);
    for (long i = 0; i < size; i++) {
      tensor.setLong(i, i);
    }
    return tensor;
  }
}
