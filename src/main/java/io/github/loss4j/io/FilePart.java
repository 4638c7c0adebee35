// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import io.github.loss4j.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A tensor in a file, read at any place. */
final class FilePart implements SourcePart {
  /** What one call reads at most: a buffer has less than 2 GiB. */
  private static final long MOST_BYTES = 1L << 30;

  private final String spec;
  private final Path file;
  private final ArrayLayout layout;
  private final long start;
  private final FileChannel channel;
  private @Nullable FileLease lease;
  private boolean leaseTried;

  FilePart(String spec) throws InvalidFileException {
    this.spec = spec;
    try (Arena arena = Arena.ofConfined()) {
      LocatedTensor located = TensorFiles.locate(spec, arena);
      file = located.file();
      layout = ArrayLayout.of(located.tensor());
      start = located.offset();
    }
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    } catch (IOException e) {
      throw InvalidFileException.because(e, file, "cannot be read");
    }
  }

  Tensor map(Arena arena) throws InvalidFileException {
    return TensorFiles.read(spec, arena);
  }

  /**
   * Maps rows, once they are in the system's memory; null where that fails, of which reading them
   * tells the reason, and where the mapping must not be.
   */
  @Nullable Tensor map(long first, long count, Mapping mapping, Arena arena) {
    long[] shape = layout.shape().stream().mapToLong(Long::longValue).toArray();
    long bytesOfRow = layout.bytes() / shape[0];
    shape[0] = count;
    long from = start + first * bytesOfRow;
    long bytes = count * bytesOfRow;
    try {
      MemorySegment rows =
          switch (mapping) {
            case NONE -> null;
            case UNCHANGING -> mapLeased(from, bytes, arena);
            case ANY -> map(from, bytes, arena);
          };
      return rows == null ? null : Tensor.of(rows, layout.dtype(), shape);
    } catch (IOException | UnsupportedOperationException | InternalError e) {
      return null;
    }
  }

  private @Nullable MemorySegment map(long from, long bytes, Arena arena) throws IOException {
    return channel.size() < from + bytes ? null : MappedFile.map(channel, from, bytes, arena, null);
  }

  /** Of one thread at a time: a reader may still be at work when its sources are closed. */
  private synchronized @Nullable MemorySegment mapLeased(long from, long bytes, Arena arena)
      throws IOException {
    if (!leaseTried) {
      leaseTried = true;
      lease = FileLease.take(file);
    }
    if (lease != null && !lease.isUndisturbed()) {
      giveUpLease();
    }
    return lease == null || lease.size() < from + bytes ? null : lease.map(from, bytes, arena);
  }

  private synchronized void giveUpLease() {
    leaseTried = true;
    if (lease != null) {
      lease.release();
      lease = null;
    }
  }

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public ArrayLayout layout() {
    return layout;
  }

  @Override
  public void read(long offset, MemorySegment destination) throws InvalidFileException {
    long bytes = destination.byteSize();
    try {
      for (long at = 0; at < bytes; at += MOST_BYTES) {
        long some = Math.min(MOST_BYTES, bytes - at);
        readFully(start + offset + at, destination.asSlice(at, some).asByteBuffer());
      }
    } catch (InvalidFileException e) {
      throw e;
    } catch (IOException e) {
      throw InvalidFileException.because(e, file, "cannot be read");
    }
  }

  private void readFully(long position, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new InvalidFileException(
            file,
            "ends after %d bytes, which is sooner than when it was opened"
                .formatted(position + buffer.position()));
      }
    }
  }

  @Override
  public void close() throws IOException {
    giveUpLease();
    channel.close();
  }
}
