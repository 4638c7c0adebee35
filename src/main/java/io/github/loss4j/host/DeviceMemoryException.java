// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import org.jspecify.annotations.Nullable;

/** A device has no memory for a piece. Nothing was written, and a smaller piece may fit. */
public class DeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Names the device and what it could not hold.
   *
   * @param message what did not fit, and where
   * @param cause the error behind it
   */
  public DeviceMemoryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
