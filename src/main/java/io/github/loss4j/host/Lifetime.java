// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The time in which a session may be used: its end waits for the calls that are under way, and
 * there are none after it. A device that was freed is not only useless; some drivers end the
 * process.
 */
final class Lifetime {
  private final String what;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean ended;

  /** The lifetime of what messages call by a name. */
  Lifetime(String what) {
    this.what = what;
  }

  /**
   * Makes a call.
   *
   * @throws IllegalStateException if the lifetime has ended
   */
  <T extends @Nullable Object> T during(Supplier<T> call) {
    lock.readLock().lock();
    try {
      if (ended) {
        throw new IllegalStateException(what + " is closed");
      }
      return call.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Makes a call without a result. */
  void during(Runnable call) {
    this.<@Nullable Object>during(
        () -> {
          call.run();
          return null;
        });
  }

  /** Makes a call that may be part of one under way on another thread, which the end waits for. */
  void within(Runnable call) {
    if (lock.readLock().tryLock()) { // even if the end is waiting already
      try {
        during(call);
      } finally {
        lock.readLock().unlock();
      }
    } else {
      during(call);
    }
  }

  /** Ends it; only the first time does the release run. */
  void end(Runnable release) {
    lock.writeLock().lock();
    try {
      if (!ended) {
        ended = true;
        release.run();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
