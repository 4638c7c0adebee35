// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples;

import java.util.Arrays;

/** How often each byte followed a context; most contexts have few different followers. */
final class Followers {
  private byte[] bytes = new byte[1];
  private int[] counts = new int[1];
  private int kinds;
  private int total;

  /** Counts one more occurrence. */
  void add(byte follower) {
    total++;
    for (int i = 0; i < kinds; i++) {
      if (bytes[i] == follower) {
        counts[i]++;
        return;
      }
    }
    if (kinds == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * kinds);
      counts = Arrays.copyOf(counts, 2 * kinds);
    }
    bytes[kinds] = follower;
    counts[kinds] = 1;
    kinds++;
  }

  /**
   * Refines what a shorter context says: p(c) becomes (count(c) + kinds p(c)) / (total + kinds). So
   * the shorter context keeps the more weight, the more often this one had a follower for the first
   * time.
   */
  void refine(double[] probabilities) {
    double divisor = (double) total + kinds;
    for (int c = 0; c < probabilities.length; c++) {
      probabilities[c] *= kinds / divisor;
    }
    for (int i = 0; i < kinds; i++) {
      probabilities[Byte.toUnsignedInt(bytes[i])] += counts[i] / divisor;
    }
  }
}
