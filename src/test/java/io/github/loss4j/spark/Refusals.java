// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Throwables;
import org.junit.jupiter.api.function.Executable;

/** What a job says that fails. */
final class Refusals {
  private Refusals() {}

  /** The driver's exception, or what it says was the reason, contains the message. */
  static void assertRefused(String message, Executable job) {
    Exception refused = assertThrows(Exception.class, job);
    String said = Throwables.getRootCause(refused).toString();
    assertTrue(said.contains(message), said);
  }
}
