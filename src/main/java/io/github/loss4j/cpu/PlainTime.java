// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How long this JVM has computed with loops in plain Java. Those of the Vector API take about a
 * second until they are compiled, and that is worth its while where they compute for longer than
 * that; until then they are slower by far.
 */
final class PlainTime {
  private static final long ENOUGH_NANOS = 800_000_000;

  private final AtomicLong spent = new AtomicLong();
  private final long nanosPerElement;

  /** Of loops that take so long for an element with one thread. */
  PlainTime(long nanosPerElement) {
    this.nanosPerElement = nanosPerElement;
  }

  void add(long nanos) {
    spent.addAndGet(nanos);
  }

  /** Whether it is enough, with what is to be computed now. */
  boolean isEnough(long elementsPerThread) {
    return spent.get() + elementsPerThread * nanosPerElement > ENOUGH_NANOS;
  }
}
