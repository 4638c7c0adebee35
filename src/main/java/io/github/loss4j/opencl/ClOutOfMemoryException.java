// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.host.DeviceMemoryException;

/** An OpenCL device had no room for a buffer or a launch; a smaller piece of the work may fit. */
final class ClOutOfMemoryException extends DeviceMemoryException {
  private static final long serialVersionUID = 1L;

  ClOutOfMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
