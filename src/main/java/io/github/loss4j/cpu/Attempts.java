// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * Whether to attempt, for one row after another, what is fast but may be in vain. After failures in
 * succession only one row of some is left to show that times have changed.
 */
final class Attempts {
  private static final int ONE_OF = 8;

  private final int tolerated;
  private int failures;
  private int rows;

  /**
   * Begins with attempts.
   *
   * @param tolerated with fewer failures in succession every row is attempted
   */
  Attempts(int tolerated) {
    this.tolerated = tolerated;
  }

  /** Whether to attempt it for the next row. */
  boolean areDue() {
    return failures < tolerated || ++rows % ONE_OF == 0;
  }

  /** Says how an attempt ended. */
  void add(boolean success) {
    failures = success ? 0 : failures + 1;
  }
}
