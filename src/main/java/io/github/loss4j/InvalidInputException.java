// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/**
 * An argument that no backend could compute with: its message says what was wrong, where (row, file
 * or tensor) and what was expected. Nothing was launched and no output was written.
 */
public final class InvalidInputException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * Names the fault.
   *
   * @param message what was wrong, where, and what was expected
   */
  public InvalidInputException(String message) {
    super(message);
  }
}
