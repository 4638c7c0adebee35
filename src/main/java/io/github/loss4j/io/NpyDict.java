// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The dictionary in a {@code .npy} header, a Python literal: {@code {'descr': '<f4',
 * 'fortran_order': False, 'shape': (3, 4), }}. Exactly these three keys, in any order.
 *
 * <p>This grammar and nothing else of Python: strings without escapes, True and False, and tuples
 * of decimal integers; a comma may follow the last entry; blanks may stand between tokens.
 */
record NpyDict(String descr, boolean fortranOrder, List<Long> shape) {

  static NpyDict parse(Path file, String text) throws InvalidFileException {
    return new Parser(file, text).dictionary();
  }

  private static final class Parser {
    private static final String BLANKS = " \t\r\n";
    private static final String DELIMITERS = BLANKS + ",:(){}[]'\"";

    private final Path file;
    private final String text;
    private int at;

    private @Nullable String descr;
    private @Nullable Boolean fortranOrder;
    private @Nullable List<Long> shape;

    Parser(Path file, String text) {
      this.file = file;
      this.text = text;
    }

    NpyDict dictionary() throws InvalidFileException {
      expect('{');
      while (!accept('}')) {
        entry();
        if (!accept(',')) {
          expect('}');
          break;
        }
      }
      skipBlanks();
      if (at < text.length()) {
        throw unexpected("the end of the header");
      }
      return new NpyDict(
          present("descr", descr), present("fortran_order", fortranOrder), present("shape", shape));
    }

    private void entry() throws InvalidFileException {
      String key = string("a key in quotes");
      expect(':');
      switch (key) {
        case "descr" -> {
          once(key, descr);
          descr = string("a type in quotes such as '<f4' (no structured types)");
        }
        case "fortran_order" -> {
          once(key, fortranOrder);
          fortranOrder = truth();
        }
        case "shape" -> {
          once(key, shape);
          shape = tuple();
        }
        default ->
            throw fault(
                "an unknown key "
                    + Printable.quoted(key)
                    + "; expected are 'descr', 'fortran_order' and 'shape'");
      }
    }

    private String string(String expected) throws InvalidFileException {
      skipBlanks();
      char quote = at < text.length() ? text.charAt(at) : 0;
      int end = text.indexOf(quote, at + 1);
      if ((quote != '\'' && quote != '"') || end < 0) {
        throw unexpected(expected);
      }
      String string = text.substring(at + 1, end);
      if (string.indexOf('\\') >= 0) {
        throw fault("an escape in " + Printable.quoted(string) + ", which is not read");
      }
      at = end + 1;
      return string;
    }

    private boolean truth() throws InvalidFileException {
      String word = word();
      if (!word.equals("True") && !word.equals("False")) {
        throw fault("fortran_order " + Printable.quoted(word) + "; expected True or False");
      }
      return word.equals("True");
    }

    /** As in Python, a tuple of one has a comma: {@code (3,)}, and {@code (3)} is no tuple. */
    private List<Long> tuple() throws InvalidFileException {
      List<Long> extents = new ArrayList<>();
      expect('(');
      while (!accept(')')) {
        extents.add(extent());
        if (!accept(',')) {
          if (extents.size() == 1) {
            throw unexpected("',' in the shape");
          }
          expect(')');
          break;
        }
      }
      return extents;
    }

    private long extent() throws InvalidFileException {
      String word = word();
      if (!ArrayLayout.isExtent(word)) {
        throw fault(
            "an extent "
                + Printable.quoted(word)
                + " in its shape; expected an integer from 0, of at most 18 digits");
      }
      return Long.parseLong(word);
    }

    /** What stands before the next delimiter, possibly nothing. */
    private String word() {
      skipBlanks();
      int start = at;
      while (at < text.length() && DELIMITERS.indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(start, at);
    }

    private boolean accept(char c) {
      skipBlanks();
      boolean found = at < text.length() && text.charAt(at) == c;
      if (found) {
        at++;
      }
      return found;
    }

    private void expect(char c) throws InvalidFileException {
      if (!accept(c)) {
        throw unexpected("'" + c + "'");
      }
    }

    private void skipBlanks() {
      while (at < text.length() && BLANKS.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    private void once(String key, @Nullable Object earlier) throws InvalidFileException {
      if (earlier != null) {
        throw fault("the key '" + key + "' twice");
      }
    }

    private <T> T present(String key, @Nullable T value) throws InvalidFileException {
      if (value == null) {
        throw fault("no key '" + key + "'");
      }
      return value;
    }

    private InvalidFileException unexpected(String expected) {
      String rest = at < text.length() ? Printable.quoted(text.substring(at)) : "nothing";
      return fault(rest + " where " + expected + " was expected");
    }

    private InvalidFileException fault(String found) {
      return new InvalidFileException(file, "the header has " + found);
    }
  }
}
