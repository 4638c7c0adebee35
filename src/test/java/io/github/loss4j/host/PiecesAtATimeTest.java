// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where inputs must be brought to a device, that is done while others are computed. */
@Timeout(60)
class PiecesAtATimeTest {
  private static final int AT_A_TIME = 3;
  private static final Tensor INPUT = Tensor.allocate(DType.F32, 90, 5);
  private static final Rows ROWS = Rows.along(INPUT, 1);

  /** A device that takes ten rows at a time. */
  private static void forEach(Consumer<Piece> compute) {
    SmallKernels kernels = new SmallKernels(10 * 5 * Float.BYTES, Long.MAX_VALUE, AT_A_TIME);
    Pieces.forEach(kernels, INPUT, ROWS, Float.BYTES, compute);
  }

  /** Each waits for two others to be under way: were they not, none would ever end. */
  @Test
  void threeAreAlwaysUnderWay() {
    CyclicBarrier meeting = new CyclicBarrier(AT_A_TIME);
    Set<Thread> threads = Collections.synchronizedSet(new HashSet<>());
    BitSet rows = new BitSet();
    forEach(
        piece -> {
          threads.add(Thread.currentThread());
          meet(meeting);
          synchronized (rows) {
            rows.set((int) piece.firstRow(), (int) piece.end());
          }
        });
    assertEquals(90, rows.cardinality());
    assertEquals(AT_A_TIME, threads.size());
    assertTrue(threads.contains(Thread.currentThread()));
  }

  private static void meet(CyclicBarrier meeting) {
    try {
      meeting.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException("alone", e);
    }
  }

  /** On whichever thread it fails; the others are slow, so that there is much left to begin. */
  @Test
  void afterAFailureNoneIsBegun() {
    for (boolean ofCaller : new boolean[] {true, false}) {
      Thread caller = Thread.currentThread();
      CountDownLatch allHere = new CountDownLatch(AT_A_TIME);
      AtomicInteger begun = new AtomicInteger();
      Consumer<Piece> compute =
          piece -> {
            begun.incrementAndGet();
            allHere.countDown();
            await(allHere);
            if (Thread.currentThread().equals(caller) == ofCaller) {
              throw new IllegalStateException("broken");
            }
            LockSupport.parkNanos(50_000_000);
          };
      SmallKernels kernels = new SmallKernels(5 * Float.BYTES, Long.MAX_VALUE, AT_A_TIME);
      Exception thrown =
          assertThrows(
              IllegalStateException.class,
              () -> Pieces.forEach(kernels, INPUT, ROWS, Float.BYTES, compute));
      assertEquals("broken", thrown.getMessage());
      assertTrue(begun.get() < 90, "began " + begun);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS), "alone");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What found no memory is computed in smaller pieces, and no row twice. */
  @Test
  void eachThreadGoesOnWithLess() {
    List<Piece> computed = Collections.synchronizedList(new ArrayList<>());
    forEach(
        piece -> {
          if (piece.rows().count() > 3) {
            throw new DeviceMemoryException("full", null);
          }
          computed.add(piece);
        });
    BitSet rows = new BitSet();
    for (Piece piece : computed) {
      assertTrue(rows.get((int) piece.firstRow(), (int) piece.end()).isEmpty(), "computed twice");
      rows.set((int) piece.firstRow(), (int) piece.end());
    }
    assertEquals(90, rows.cardinality());
  }

  @Test
  void oneThatFindsNoMemoryForARowFails() {
    assertThrows(
        DeviceMemoryException.class,
        () ->
            forEach(
                piece -> {
                  throw new DeviceMemoryException("full", null);
                }));
  }
}
