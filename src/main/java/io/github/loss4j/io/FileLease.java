// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Linux's promise that nobody writes to a file or cuts it short. Whoever is about to waits until
 * the lease is given up, but no longer than {@code /proc/sys/fs/lease-break-time}, 45 seconds. See
 * F_SETLEASE in <a href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2)</a>.
 *
 * <p>It is given up when whoever took it and everything that was mapped under it are done.
 */
final class FileLease {
  private final int descriptor;
  private final FileChannel channel;
  private final AtomicInteger uses = new AtomicInteger(1);

  private FileLease(int descriptor, FileChannel channel) {
    this.descriptor = descriptor;
    this.channel = channel;
  }

  /** Null where the system gives none. */
  static @Nullable FileLease take(Path file) {
    int descriptor = PosixFile.openToRead(file);
    if (descriptor < 0) {
      return null;
    }
    if (PosixFile.lease(descriptor)) {
      try {
        // The same file, whatever has its name by now.
        Path same = Path.of("/proc/self/fd", Integer.toString(descriptor));
        return new FileLease(descriptor, FileChannel.open(same, StandardOpenOption.READ));
      } catch (IOException e) {
        // No /proc: then there is no lease either.
      }
    }
    PosixFile.close(descriptor);
    return null;
  }

  /** Whether it is held, and nobody waits to write. */
  boolean isUndisturbed() {
    return PosixFile.isLeased(descriptor);
  }

  long size() throws IOException {
    return channel.size();
  }

  /** Maps a part that is in the system's memory, and keeps the lease while the arena lives. */
  MemorySegment map(long from, long bytes, Arena arena) throws IOException {
    MemorySegment pages = MappedFile.map(channel, from, bytes, arena, unmapped -> release());
    uses.incrementAndGet();
    return pages;
  }

  /** Is called once by whoever took it. */
  void release() {
    if (uses.decrementAndGet() > 0) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing was written that could be lost
    } finally {
      PosixFile.close(descriptor);
    }
  }
}
