// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/**
 * A backend does not compute what it was asked for, such as a type or a loss that others compute.
 * Nothing was computed or written.
 */
public final class NotServedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Names the backend, what it does not compute, and what does.
   *
   * @param message one line
   */
  public NotServedException(String message) {
    super(message);
  }
}
