// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, disabledReason = "the numbers of signals are Linux's")
class SignalHandlersTest {
  private static final int SIGURG = 23;

  /** The handler is the first member of struct sigaction. */
  private static long handler(int signal) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment action = arena.allocate(512, 64);
      assertTrue(SignalHandlers.exchange(signal, MemorySegment.NULL, action));
      return action.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  private static void ignore(int signal) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment action = arena.allocate(512, 64);
      action.set(ValueLayout.JAVA_LONG, 0, 1); // SIG_IGN
      assertTrue(SignalHandlers.exchange(signal, action, MemorySegment.NULL));
    }
  }

  @Test
  void handlersAreWhatTheyWereBefore() {
    long before = handler(SIGURG);
    String result =
        SignalHandlers.keptDuring(
            () -> {
              ignore(SIGURG);
              assertNotEquals(before, handler(SIGURG));
              return "done";
            });
    assertEquals("done", result);
    assertEquals(before, handler(SIGURG));
  }

  @Test
  @Timeout(60)
  void handlersArePutBackWhileTheWorkGoesOn() {
    long before = handler(SIGURG);
    SignalHandlers.keptDuring(
        () -> {
          ignore(SIGURG);
          while (handler(SIGURG) != before) {
            Thread.onSpinWait();
          }
          return "put back";
        });
  }

  @Test
  @Timeout(60)
  void handlersOfOneWorkAreNotThoseBeforeAnother() throws InterruptedException {
    long before = handler(SIGURG);
    CountDownLatch ignored = new CountDownLatch(1);
    Thread first =
        Thread.ofPlatform()
            .start(
                () ->
                    SignalHandlers.keptDuring(
                        () -> {
                          ignore(SIGURG);
                          ignored.countDown();
                          return "done";
                        }));
    ignored.await();
    SignalHandlers.keptDuring(() -> "done");
    first.join();
    assertEquals(before, handler(SIGURG));
  }

  @Test
  void handlersAreWhatTheyWereBeforeAFailure() {
    long before = handler(SIGURG);
    try {
      SignalHandlers.keptDuring(
          () -> {
            ignore(SIGURG);
            throw new IllegalStateException("expected");
          });
    } catch (IllegalStateException e) {
      assertEquals("expected", e.getMessage());
    }
    assertEquals(before, handler(SIGURG));
  }
}
