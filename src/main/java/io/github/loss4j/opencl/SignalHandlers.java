// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What this process does at a signal. LLVM, with which drivers for CPUs compile, puts handlers of
 * its own in place of the JVM's as it is loaded. The JVM stops its threads by means of SIGSEGV, and
 * for the time that LLVM's handler takes to call the one before it there is none: where two threads
 * stop together, the second ends the process. So the JVM's are put back.
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

  private SignalHandlers() {}

  /** Does some work, after which they are as they were before. */
  static <T> T keptDuring(Supplier<T> work) {
    if (SIGACTION.isEmpty()) {
      return work.get();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment saved = arena.allocate(BYTES * (SIGNALS + 1), 64);
      boolean[] known = new boolean[SIGNALS + 1];
      for (int signal = 1; signal <= SIGNALS; signal++) {
        known[signal] = exchange(signal, MemorySegment.NULL, of(signal, saved));
      }
      try {
        return work.get();
      } finally {
        for (int signal = 1; signal <= SIGNALS; signal++) {
          if (known[signal]) {
            // Two of them cannot be handled, and stay as they were.
            exchange(signal, of(signal, saved), MemorySegment.NULL);
          }
        }
      }
    }
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

  private static MemorySegment of(int signal, MemorySegment saved) {
    return saved.asSlice(signal * BYTES, BYTES);
  }
}
