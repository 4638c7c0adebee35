// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What the library logs, as a terminal should show it: one line per event, and only warnings, since
 * the commands themselves say which backend was chosen and why.
 */
final class TerminalLog {
  /** Held, because a logger that nobody holds loses its level to the garbage collector. */
  private static final Logger LIBRARY = Logger.getLogger("io.github.loss4j");

  private TerminalLog() {}

  static void configure() {
    String format = "java.util.logging.SimpleFormatter.format";
    System.setProperty(format, System.getProperty(format, "loss4j: %5$s%n"));
    LIBRARY.setLevel(Level.WARNING);
  }
}
