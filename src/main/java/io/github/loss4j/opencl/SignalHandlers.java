// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What this process does at a signal. LLVM, with which drivers for CPUs compile, puts handlers of
 * its own in place of the JVM's as it is loaded, and once more as it compiles if there was a signal
 * between. The JVM stops its threads by means of SIGSEGV, and for the time that LLVM's handler
 * takes to call the one before it there is none: where two threads stop together, the second ends
 * the process. Nor does what LLVM is compiling survive a signal, since it deletes its files. So the
 * JVM's are put back, and not only when LLVM is done.
 */
final class SignalHandlers {
  /** Those of POSIX; all are numbered from 1. */
  private static final int SIGNALS = 31;

  /** More than any system's struct sigaction, whose content does not matter here. */
  private static final long BYTES = 512;

  /** int sigaction(int signal, const struct sigaction *new, struct sigaction *old). */
  private static final Optional<MethodHandle> SIGACTION =
      Linker.nativeLinker()
          .defaultLookup()
          .find("sigaction")
          .map(
              function ->
                  Linker.nativeLinker()
                      .downcallHandle(
                          function,
                          FunctionDescriptor.of(
                              ValueLayout.JAVA_INT,
                              ValueLayout.JAVA_INT,
                              ValueLayout.ADDRESS,
                              ValueLayout.ADDRESS)));

  private final MemorySegment saved = Arena.ofAuto().allocate(BYTES * (SIGNALS + 1), 64);
  private final boolean[] known = new boolean[SIGNALS + 1];

  private SignalHandlers() {
    for (int signal = 1; signal <= SIGNALS; signal++) {
      known[signal] = exchange(signal, MemorySegment.NULL, of(signal));
    }
  }

  /**
   * Does some work, during which they are put back, and after which they are as before. Only one at
   * a time: another would take LLVM's for the JVM's.
   */
  static synchronized <T> T keptDuring(Supplier<T> work) {
    if (SIGACTION.isEmpty()) {
      return work.get();
    }
    SignalHandlers before = new SignalHandlers();
    try (ExecutorService keeper =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("loss4j-signals").factory())) {
      keeper.execute(() -> before.putBackUntil(keeper::isShutdown));
      try {
        return work.get();
      } finally {
        keeper.shutdownNow(); // it need not wait then
      }
    } finally {
      before.putBack();
    }
  }

  private void putBackUntil(BooleanSupplier done) {
    while (!done.getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
      putBack();
    }
  }

  private void putBack() {
    for (int signal = 1; signal <= SIGNALS; signal++) {
      if (known[signal]) {
        // Two of them cannot be handled, and stay as they were.
        exchange(signal, of(signal), MemorySegment.NULL);
      }
    }
  }

  private MemorySegment of(int signal) {
    return saved.asSlice(signal * BYTES, BYTES);
  }

  /** Sets a handler, unless it is null, and gets the one before; returns whether it could. */
  static boolean exchange(int signal, MemorySegment handler, MemorySegment before) {
    try {
      return (int) SIGACTION.orElseThrow().invokeExact(signal, handler, before) == 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // sigaction throws nothing
    }
  }
}
