// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Writes one array to a file in pieces along its first axis, so that the whole never needs memory.
 *
 * <p>The file appears under its name when the writer is closed, complete or not at all: until then
 * it is called {@code <file>.part}. Not safe for use by several threads.
 *
 * {@snippet file="io/github/loss4j/io/TensorWriterTest.java" region="stream"}
 *
 * @see NpyFile#create
 * @see SafetensorsFile#create
 */
public final class TensorWriter implements AutoCloseable {
  private final Path file;
  private final ArrayLayout layout;
  private final PartFile part;
  private long written;
  private boolean closed;

  TensorWriter(Path file, ArrayLayout layout, byte[] header) throws InvalidFileException {
    this.file = file;
    this.layout = layout;
    this.part = new PartFile(file);
    try {
      part.write(MemorySegment.ofArray(header));
    } catch (InvalidFileException e) {
      try (part) {
        throw e;
      }
    }
  }

  /**
   * Appends rows.
   *
   * @param rows a tensor of the file's type and rank, whose extents are those of the file but for
   *     the first
   * @throws InvalidInputException if the type or an extent is another, or there are more rows than
   *     the file still lacks; nothing is written then
   * @throws InvalidFileException if writing fails; the same rows may be appended again
   * @throws IllegalStateException if the writer is closed
   */
  public void append(Tensor rows) throws InvalidFileException {
    if (closed) {
      throw new IllegalStateException("the writer of " + file + " is closed");
    }
    ArrayLayout piece = ArrayLayout.of(rows);
    if (piece.dtype() != layout.dtype() || !sameRowShape(piece)) {
      throw new InvalidInputException(
          "%s: %s does not append to %s; all but the first extent must be equal"
              .formatted(Printable.line(file.toString()), piece, layout));
    }
    if (piece.bytes() > layout.bytes() - written) {
      throw new InvalidInputException(
          "%s: %s is more than the %s bytes that %s still lacks"
              .formatted(Printable.line(file.toString()), piece, layout.bytes() - written, layout));
    }
    part.write(rows.memory());
    written += piece.bytes();
  }

  /**
   * Completes the file. Closing again does nothing.
   *
   * @throws InvalidFileException if fewer rows were appended than the header promises, or writing
   *     fails; there is no new file then, and an older one of that name is as it was
   */
  @Override
  public void close() throws InvalidFileException {
    if (closed) {
      return;
    }
    closed = true;
    try (part) {
      if (written != layout.bytes()) {
        throw new InvalidFileException(
            file,
            "is not written: %s needs %s bytes, but %s were appended"
                .formatted(layout, layout.bytes(), written));
      }
      part.complete();
    }
  }

  private boolean sameRowShape(ArrayLayout piece) {
    int rank = layout.shape().size();
    return piece.shape().size() == rank
        && (rank == 0 || piece.shape().subList(1, rank).equals(layout.shape().subList(1, rank)));
  }
}
