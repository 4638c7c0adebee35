// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file on its way: it grows under the name {@code <file>.part} and takes its own name only once
 * it is complete. So nobody reads half a file, and a tensor may be written over the very file that
 * it is mapped from, which truncating the file first would pull away from under it.
 */
public final class PartFile implements AutoCloseable {
  /** Segments of the Java heap must be copied out before they can be written; all are, alike. */
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path file;
  private final Path target;
  private final Path part;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private long length;
  private boolean complete;

  /**
   * Begins a file.
   *
   * @param file the name that it takes once it is complete; a file of that name stays until then
   * @throws InvalidFileException if it cannot be written, or is something else than a file
   */
  public PartFile(Path file) throws InvalidFileException {
    this.file = file;
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new InvalidFileException(file, "is not a regular file, so it cannot be replaced");
      }
      // A link stays a link: what it points to is replaced.
      this.target = Files.exists(file) ? file.toRealPath() : file;
      this.part = target.resolveSibling(target.getFileName() + ".part");
      // What a program that died left there, or a link that would lead elsewhere.
      Files.deleteIfExists(part);
      this.channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (NoSuchFileException e) {
      throw new InvalidFileException(file, "cannot be written: its directory does not exist", e);
    } catch (InvalidFileException e) {
      throw e;
    } catch (IOException e) {
      throw InvalidFileException.because(e, file, "cannot be written");
    }
  }

  /**
   * Appends bytes; those of an earlier call that failed are overwritten.
   *
   * @param bytes any number of them
   * @throws InvalidFileException if they cannot be written
   */
  public void write(MemorySegment bytes) throws InvalidFileException {
    long count = bytes.byteSize();
    try {
      for (long at = 0; at < count; at += BUFFER_BYTES) {
        writeAt(length + at, bytes.asSlice(at, Math.min(BUFFER_BYTES, count - at)));
      }
    } catch (IOException e) {
      throw InvalidFileException.because(e, file, "cannot be written");
    }
    length += count;
  }

  private void writeAt(long position, MemorySegment bytes) throws IOException {
    buffer.clear().limit((int) bytes.byteSize());
    MemorySegment.ofBuffer(buffer).copyFrom(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer, position + buffer.position());
    }
  }

  /**
   * The file is complete: it takes its name.
   *
   * @throws InvalidFileException if it cannot
   */
  public void complete() throws InvalidFileException {
    try {
      channel.close();
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      complete = true;
    } catch (IOException e) {
      throw InvalidFileException.because(e, file, "cannot be written");
    }
  }

  /**
   * Gives up a file that is not complete; does nothing to one that is.
   *
   * @throws InvalidFileException if it cannot be deleted
   */
  @Override
  public void close() throws InvalidFileException {
    if (complete) {
      return;
    }
    try {
      channel.close();
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw InvalidFileException.because(e, part, "cannot be deleted");
    }
  }
}
