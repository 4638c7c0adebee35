// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static java.util.stream.Collectors.joining;

import java.util.Collection;

/** Text from a file or a command line, made fit for a message of one line. */
final class Printable {
  private static final int LONGEST_QUOTE = 80;
  private static final int LONGEST_LIST = 20;

  private Printable() {}

  /** The text with every character escaped that would break, reorder or hide the line. */
  static String line(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (isPrintable(c)) {
                line.appendCodePoint(c);
              } else {
                line.append("\\u").append("%04x".formatted(c));
              }
            });
    return line.toString();
  }

  /** The text in quotes, cut if it is long. */
  static String quoted(String text) {
    boolean tooLong = text.length() > LONGEST_QUOTE;
    return '"' + line(tooLong ? text.substring(0, LONGEST_QUOTE) + "..." : text) + '"';
  }

  /** The first of some names, each in quotes, and how many more there are. */
  static String list(Collection<String> names) {
    String first = names.stream().limit(LONGEST_LIST).map(Printable::quoted).collect(joining(", "));
    int more = names.size() - LONGEST_LIST;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
