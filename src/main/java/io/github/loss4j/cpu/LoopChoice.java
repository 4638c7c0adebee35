// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Whether plain Java or the Vector API is the faster for work of a kind. Loops of the latter are
 * slower by far until they are compiled, which takes seconds of computing with them. So they are
 * tried now and then, together for no longer than plain loops have computed, and stay once they
 * were faster.
 */
final class LoopChoice {
  /** For so long plain loops compute first: few programs that are done by then want more. */
  private static final long BEFORE_NANOS = 400_000_000;

  private static final Map<Kind, LoopChoice> CHOICES = new ConcurrentHashMap<>();

  /**
   * What has loops of its own.
   *
   * @param kernel what is computed
   * @param input the type of the elements
   * @param withGradient whether of the gradient too
   * @param layout of rows that are done alike
   */
  record Kind(Object kernel, DType input, boolean withGradient, Layout layout) {}

  private final LongSupplier clock;
  private final AtomicLong plainNanos = new AtomicLong();
  private final AtomicLong vectorNanos = new AtomicLong();
  private final AtomicBoolean trying = new AtomicBoolean();

  /** The least time of an element with plain loops; threads that find one at once may lose it. */
  private volatile double nanosPerElement = Double.POSITIVE_INFINITY;

  private volatile boolean vectors;

  /** With a clock of nanoseconds. */
  LoopChoice(LongSupplier clock) {
    this.clock = clock;
  }

  /** That of this JVM for work of a kind. */
  static LoopChoice of(Kind kind) {
    return CHOICES.computeIfAbsent(kind, unknown -> new LoopChoice(System::nanoTime));
  }

  /** Whether vector loops have been faster. */
  boolean isOfVectors() {
    return vectors;
  }

  /**
   * Computes with plain loops.
   *
   * @param elements how many
   * @param work does it
   */
  void computePlain(long elements, Runnable work) {
    long nanos = nanos(work);
    plainNanos.addAndGet(nanos);
    nanosPerElement = Math.min(nanosPerElement, (double) nanos / elements);
  }

  /**
   * Computes with vector loops if it is their turn.
   *
   * @param elements how many
   * @param preparation is done before; what it takes does not count
   * @param work does it
   * @return whether it has been done
   */
  boolean tryVectors(long elements, Runnable preparation, Runnable work) {
    if (vectorNanos.get() + BEFORE_NANOS > plainNanos.get() || !trying.compareAndSet(false, true)) {
      return false;
    }
    try {
      preparation.run();
      long nanos = nanos(work);
      vectorNanos.addAndGet(nanos);
      vectors |= (double) nanos / elements < nanosPerElement;
    } finally {
      trying.set(false);
    }
    return true;
  }

  private long nanos(Runnable work) {
    long start = clock.getAsLong();
    work.run();
    return clock.getAsLong() - start;
  }
}
