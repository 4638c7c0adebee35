// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.io.InvalidFileException;
import io.github.loss4j.io.PartFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Small files that a command leaves: there is a whole one or none. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Throws if there is no such directory, which is better known before hours of work than after.
   */
  static void requireDirectory(@Nullable Path file) throws InvalidFileException {
    if (file != null && !Files.isDirectory(file.toAbsolutePath().resolveSibling(""))) {
      throw new InvalidFileException(file, "cannot be written: its directory does not exist");
    }
  }

  static void write(Path file, byte[] bytes) throws InvalidFileException {
    try (PartFile part = new PartFile(file)) {
      part.write(MemorySegment.ofArray(bytes));
      part.complete();
    }
  }
}
