// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import java.util.concurrent.atomic.AtomicReference;

/**
 * An array that a session keeps for the labels of its next evaluation. A new one of a million takes
 * as long as to compute their loss: the first touch of its memory does.
 */
final class SpareLabels {
  private static final int[] NONE = {};

  private final AtomicReference<int[]> spare = new AtomicReference<>(NONE);

  /** An array that nobody else has. */
  int[] take(int length) {
    int[] kept = spare.getAndSet(NONE);
    return kept.length == length ? kept : new int[length];
  }

  /** Keeps one that nobody uses any more. */
  void giveBack(int[] labels) {
    spare.set(labels);
  }
}
