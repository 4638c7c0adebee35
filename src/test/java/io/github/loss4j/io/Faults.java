// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/** What every fault of a file must look like. */
final class Faults {
  private Faults() {}

  /** One line that begins with the file's name and contains the fact. */
  static void assertFault(String file, String fact, Executable reading) {
    InvalidFileException fault = assertThrowsExactly(InvalidFileException.class, reading);
    String message = fault.getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    assertTrue(message.contains(fact), () -> "\"" + fact + "\" is not in: " + message);
    assertEquals(1, message.lines().count(), message);
  }
}
