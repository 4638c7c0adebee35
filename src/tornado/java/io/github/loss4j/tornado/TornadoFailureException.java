// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import org.jspecify.annotations.Nullable;

/** TornadoVM failed, or returned what it did not compute. */
final class TornadoFailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TornadoFailureException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
