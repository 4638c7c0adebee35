// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How long this JVM has computed. Loops of the Vector API take about a second until they are
 * compiled, and that is worth its while for a JVM that computes for longer than that.
 */
final class PlainTime {
  private static final long ENOUGH_NANOS = 800_000_000;

  /** Of one thread, in plain Java. */
  private static final long NANOS_PER_ELEMENT = 4;

  private static final AtomicLong SPENT = new AtomicLong();

  private PlainTime() {}

  static void add(long nanos) {
    SPENT.addAndGet(nanos);
  }

  /** Whether it is enough, with what is to be computed now. */
  static boolean isEnough(long elementsPerThread) {
    return SPENT.get() + elementsPerThread * NANOS_PER_ELEMENT > ENOUGH_NANOS;
  }
}
