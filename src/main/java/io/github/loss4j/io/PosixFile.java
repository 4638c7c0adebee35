// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.nio.file.Path;

/** What of Linux's files Java has no calls for. Everywhere else nothing can be opened. */
final class PosixFile {
  private static final boolean LINUX = System.getProperty("os.name").equals("Linux");

  // Of fcntl.h and signal.h, the same on every processor that there is a JDK 25 for.
  private static final int CLOSE_ON_EXEC = 0x80000;
  private static final int SET_SIGNAL = 10;
  private static final int SET_LEASE = 1024;
  private static final int GET_LEASE = 1025;
  private static final int READ_LEASE = 0;

  /** A signal that is ignored where nobody handles it. */
  private static final int URGENT = 23;

  private PosixFile() {}

  /** The calls, which are only looked up where they are. */
  private static final class Calls {
    private static final MethodHandle OPEN =
        call("open", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);

    private static final MethodHandle CONTROL =
        call("fcntl", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    private static final MethodHandle CLOSE = call("close", ValueLayout.JAVA_INT);

    /** A call that returns an int, and takes any number of arguments behind two. */
    @SuppressWarnings("restricted") // of the system's own functions, with their own types
    private static MethodHandle call(String name, ValueLayout... arguments) {
      Linker linker = Linker.nativeLinker();
      FunctionDescriptor function = FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments);
      MemorySegment address = linker.defaultLookup().findOrThrow(name);
      return arguments.length > 2
          ? linker.downcallHandle(address, function, Linker.Option.firstVariadicArg(2))
          : linker.downcallHandle(address, function);
    }
  }

  /** The descriptor of a file that is open to be read; negative where it cannot be. */
  static int openToRead(Path file) {
    if (!LINUX) {
      return -1;
    }
    try (Arena arena = Arena.ofConfined()) {
      Charset names = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
      MemorySegment name = arena.allocateFrom(file.toString(), names);
      return (int) Calls.OPEN.invokeExact(name, CLOSE_ON_EXEC);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Takes a read lease, at whose break no signal is handled; returns whether there is one. */
  static boolean lease(int descriptor) {
    return control(descriptor, SET_SIGNAL, URGENT) == 0
        && control(descriptor, SET_LEASE, READ_LEASE) == 0;
  }

  /** Whether there is a read lease that nobody waits to see given up. */
  static boolean isLeased(int descriptor) {
    return control(descriptor, GET_LEASE, 0) == READ_LEASE;
  }

  private static int control(int descriptor, int command, int argument) {
    try {
      return (int) Calls.CONTROL.invokeExact(descriptor, command, argument);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static void close(int descriptor) {
    try {
      int ignored = (int) Calls.CLOSE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** C functions throw nothing. */
  private static RuntimeException unexpected(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new IllegalStateException(thrown);
    };
  }
}
