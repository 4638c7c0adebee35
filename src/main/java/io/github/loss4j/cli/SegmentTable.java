// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.loss4j.eval.SegmentScore;
import io.github.loss4j.io.InvalidFileException;
import io.github.loss4j.io.PartFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** The scores of segments as CSV, in the order of their rows. */
final class SegmentTable implements AutoCloseable {
  private static final int ENOUGH = 1 << 16;

  private final PartFile file;
  private final StringBuilder lines = new StringBuilder("segment,first_row,rows,nll,greedy\n");

  SegmentTable(Path path) throws InvalidFileException {
    file = new PartFile(path);
  }

  void add(SegmentScore segment) throws InvalidFileException {
    lines
        .append(segment.segment())
        .append(',')
        .append(segment.firstRow())
        .append(',')
        .append(segment.rows())
        .append(',')
        .append(segment.nll())
        .append(',')
        .append(segment.greedy())
        .append('\n');
    if (lines.length() > ENOUGH) {
      flush();
    }
  }

  private void flush() throws InvalidFileException {
    file.write(MemorySegment.ofArray(lines.toString().getBytes(US_ASCII)));
    lines.setLength(0);
  }

  /** All segments were added: the file appears. */
  void complete() throws InvalidFileException {
    flush();
    file.complete();
  }

  @Override
  public void close() throws InvalidFileException {
    file.close();
  }
}
