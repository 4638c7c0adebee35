// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Waits for the other threads of this process: those of some libraries spin for a while when their
 * work is done, and so does Java's compiler work on; either would take a core from whoever is timed
 * next.
 */
final class IdleThreads {
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final Path SELF = Path.of("/proc/thread-self");
  private static final long PAUSE_NANOS = 5_000_000;

  /** A thread that is still at work then is not worth waiting for. */
  private static final long MOST_NANOS = 1_000_000_000;

  private IdleThreads() {}

  static void await() {
    long start = System.nanoTime();
    do {
      LockSupport.parkNanos(PAUSE_NANOS);
    } while (areOthersRunning() && System.nanoTime() - start < MOST_NANOS);
  }

  private static boolean areOthersRunning() {
    try (Stream<Path> tasks = Files.list(TASKS)) {
      String self = SELF.toRealPath().getFileName().toString();
      return tasks.anyMatch(
          task -> !task.getFileName().toString().equals(self) && isRunning(task.resolve("stat")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The state is the letter after the name, which is in brackets and may have any letters. */
  private static boolean isRunning(Path stat) {
    try {
      String line = Files.readString(stat);
      return line.charAt(line.lastIndexOf(')') + 2) == 'R';
    } catch (IOException e) {
      return false; // It has ended meanwhile.
    }
  }
}
