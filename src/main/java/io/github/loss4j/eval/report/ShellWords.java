// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import java.util.List;
import java.util.regex.Pattern;

/** The words of a command as a POSIX shell reads them. */
final class ShellWords {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private ShellWords() {}

  static List<String> quote(List<String> words) {
    return words.stream().map(ShellWords::quote).toList();
  }

  private static String quote(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
