// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** docs/performance.md: prose, and tables between comments, which alone are written. */
final class PerformancePage {
  private final Path file;
  private String text;

  /**
   * The page as it is.
   *
   * @param from where it is read
   * @param file where it is written
   */
  PerformancePage(Path from, Path file) throws IOException {
    this.file = file;
    text = Files.readString(from);
  }

  void put(String section, String table) {
    String begin = "<!-- written by Performance: " + section + " -->\n\n";
    String end = "\n<!-- end of " + section + " -->";
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf(end);
    if (from < begin.length() || to < from) {
      throw new IllegalStateException(file + " has no section " + section);
    }
    text = text.substring(0, from) + table + text.substring(to);
  }

  void write() throws IOException {
    Files.writeString(file, text);
  }
}
