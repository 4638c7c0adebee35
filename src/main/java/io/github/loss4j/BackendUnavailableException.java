// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import org.jspecify.annotations.Nullable;

/**
 * A backend or device asked for by name cannot serve: its message says why, and what would help.
 */
public final class BackendUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Names the reason.
   *
   * @param message why the backend cannot serve
   */
  public BackendUnavailableException(String message) {
    super(message);
  }

  /**
   * Names the reason, with the error behind it.
   *
   * @param message why the backend cannot serve
   * @param cause the error behind it
   */
  public BackendUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
