// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

/** Options that are well-formed one by one, but do not go together. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
