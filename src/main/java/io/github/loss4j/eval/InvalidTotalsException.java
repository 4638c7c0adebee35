// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

/** Totals that cannot be read or merged: its message says why. They are left as they are. */
public final class InvalidTotalsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * Names the fault.
   *
   * @param message what is wrong
   */
  public InvalidTotalsException(String message) {
    super(message);
  }

  InvalidTotalsException(String message, Throwable cause) {
    super(message, cause);
  }
}
