// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import java.util.ArrayList;
import java.util.List;

/** Lines of cells, each column as wide as its widest cell. */
final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> lines = new ArrayList<>();

  void add(String... cells) {
    lines.add(List.of(cells));
  }

  /** The lines, joined by line breaks, without trailing spaces. */
  @Override
  public String toString() {
    List<String> text = new ArrayList<>();
    for (List<String> line : lines) {
      StringBuilder padded = new StringBuilder();
      for (int column = 0; column < line.size(); column++) {
        String cell = line.get(column);
        padded.append(cell).repeat(' ', width(column) - cell.length()).append(GAP);
      }
      text.add(padded.toString().stripTrailing());
    }
    return String.join(System.lineSeparator(), text);
  }

  private int width(int column) {
    return lines.stream()
        .filter(line -> column < line.size())
        .mapToInt(line -> line.get(column).length())
        .max()
        .orElse(0);
  }
}
