// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Regular files, mapped read-only. */
final class MappedFile {
  private MappedFile() {}

  /** A file that is not empty, from its first byte to its last. */
  static MemorySegment map(Path file, Arena arena) throws InvalidFileException {
    try {
      // Before it is opened: opening a named pipe would wait for someone to write to it.
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (attributes.isDirectory()) {
        throw new InvalidFileException(file, "is a directory; a file was expected");
      }
      if (!attributes.isRegularFile()) {
        throw new InvalidFileException(
            file, "is not a regular file and cannot be memory-mapped; save it to one first");
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        long bytes = channel.size();
        if (bytes == 0) {
          throw new InvalidFileException(file, "is empty");
        }
        return channel.map(MapMode.READ_ONLY, 0, bytes, arena);
      }
    } catch (InvalidFileException e) {
      throw e;
    } catch (IOException e) {
      throw InvalidFileException.because(e, file, "cannot be read");
    } catch (UnsupportedOperationException e) {
      throw new InvalidFileException(file, "lies in a file system that cannot map files", e);
    }
  }

  /**
   * A part of an open file, once it is in the system's memory.
   *
   * @param unmapped is told when the arena is closed, if anybody is
   */
  @SuppressWarnings("restricted") // keeps the segment's bounds and owner
  static MemorySegment map(
      FileChannel channel,
      long from,
      long bytes,
      Arena arena,
      @Nullable Consumer<MemorySegment> unmapped)
      throws IOException {
    MemorySegment pages = channel.map(MapMode.READ_ONLY, from, bytes, arena);
    pages.load();
    // Of the same class as memory that is read into: the JVM compiles loops for one.
    return pages.reinterpret(arena, unmapped);
  }
}
