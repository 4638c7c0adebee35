// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** docs/accuracy.md, whose tables stand between comments and are written by a test. */
final class AccuracyPage {
  private static final Path FILE = Path.of("docs/accuracy.md");

  private AccuracyPage() {}

  /** Writes the tables if that is asked for; then they must be what the page says. */
  static void holds(String section, String tables) throws IOException {
    String begin = "<!-- written by AccuracyReportTest: " + section + " -->\n\n";
    String end = "\n<!-- end of " + section + " -->";
    String page = Files.readString(FILE);
    int from = page.indexOf(begin) + begin.length();
    int to = page.indexOf(end);
    if (Boolean.getBoolean("loss4j.accuracy.write")) {
      Files.writeString(FILE, page.substring(0, from) + tables + page.substring(to));
    } else {
      String stale = FILE + " is out of date; the command on the page writes it anew";
      assertEquals(page.substring(from, to), tables, stale);
    }
  }

  /** Whether the page says something anywhere. */
  static boolean says(String text) throws IOException {
    return Files.readString(FILE).contains(text);
  }
}
