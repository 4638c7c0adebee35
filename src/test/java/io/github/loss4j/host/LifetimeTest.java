// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The end of a session comes after the calls that are under way and before all others. */
class LifetimeTest {
  private final Lifetime lifetime = new Lifetime("the thing");
  private final AtomicInteger releases = new AtomicInteger();

  @Test
  void theEndWaitsForACallUnderWay() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      Future<Boolean> call =
          threads.submit(
              () ->
                  lifetime.during(
                      () -> {
                        entered.countDown();
                        awaitQuietly(leave);
                        return releases.get() == 0;
                      }));
      entered.await();
      Future<?> end = threads.submit(() -> lifetime.end(releases::incrementAndGet));
      Thread.sleep(50);
      assertFalse(end.isDone());
      leave.countDown();
      assertTrue(call.get(), "nothing was released during the call");
      end.get(10, TimeUnit.SECONDS);
      assertEquals(1, releases.get());
    }
  }

  @Test
  void callsMayRunAtTheSameTime() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      Runnable meet =
          () ->
              lifetime.during(
                  () -> {
                    both.countDown();
                    awaitQuietly(both);
                  });
      Future<?> first = threads.submit(meet);
      Future<?> second = threads.submit(meet);
      first.get(10, TimeUnit.SECONDS);
      second.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void itEndsOnce() {
    lifetime.end(releases::incrementAndGet);
    lifetime.end(releases::incrementAndGet);
    assertEquals(1, releases.get());
  }

  @Test
  void aCallAfterTheEndIsRefused() {
    lifetime.end(() -> {});
    Exception e =
        assertThrows(IllegalStateException.class, () -> lifetime.during(releases::incrementAndGet));
    assertEquals("the thing is closed", e.getMessage());
    assertEquals(0, releases.get());
  }

  @Test
  void aCallThatFailsEndsToo() {
    assertThrows(
        ArithmeticException.class,
        () ->
            lifetime.during(
                () -> {
                  throw new ArithmeticException();
                }));
    lifetime.end(releases::incrementAndGet);
    assertEquals(1, releases.get());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
