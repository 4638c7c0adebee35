// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of a kernel file with its {@code #include "..."} lines replaced by what they name, since
 * OpenCL compilers cannot look into a jar.
 *
 * <p>A header is copied each time it is included, so that it may be included twice on purpose, with
 * other macros. {@code #line} directives keep the compiler's messages pointing at the files as they
 * were written. Files come from the class path; the system property {@value #DIRECTORY} names a
 * directory to read them from instead, so that a kernel can be edited without building a jar.
 */
final class KernelSource {
  private static final String DIRECTORY = "loss4j.kernels";
  private static final String CLASS_PATH = "/io/github/loss4j/kernels/";
  private static final Pattern INCLUDE = Pattern.compile("\\s*#\\s*include\\s+\"([^\"]+)\".*");

  private final StringBuilder text = new StringBuilder();

  /** The files that are open, innermost last: a file that includes itself would never end. */
  private final Deque<String> open = new ArrayDeque<>();

  private KernelSource() {}

  /**
   * Reads a kernel file and everything it includes.
   *
   * @param file such as {@code softmax.cl}
   * @return one text that compiles without an include path
   * @throws IllegalStateException if a file is missing or includes itself
   */
  static String of(String file) {
    KernelSource source = new KernelSource();
    source.append(file);
    return source.text.toString();
  }

  private void append(String file) {
    if (open.contains(file)) {
      throw new IllegalStateException(
          "the kernel file %s includes itself: %s -> %s"
              .formatted(file, String.join(" -> ", open), file));
    }
    String content = read(file, open.peekLast());
    open.addLast(file);
    line(1, file);
    int number = 0;
    for (String line : content.lines().toList()) {
      number++;
      Matcher include = INCLUDE.matcher(line);
      if (include.matches()) {
        append(include.group(1));
        line(number + 1, file);
      } else {
        text.append(line).append('\n');
      }
    }
    open.removeLast();
  }

  private void line(int number, String file) {
    text.append("#line ").append(number).append(" \"").append(file).append("\"\n");
  }

  private static String read(String file, @Nullable String includedBy) {
    String wanted =
        includedBy == null ? "the kernel file " + file : file + ", included by " + includedBy + ",";
    String directory = System.getProperty(DIRECTORY);
    try {
      if (directory != null) {
        Path path = Path.of(directory, file);
        if (!Files.isRegularFile(path)) {
          throw new IllegalStateException(
              "%s is not in %s, the directory that -D%s names"
                  .formatted(wanted, directory, DIRECTORY));
        }
        return Files.readString(path);
      }
      try (InputStream stream = KernelSource.class.getResourceAsStream(CLASS_PATH + file)) {
        if (stream == null) {
          throw new IllegalStateException(
              "%s is not on the class path as %s".formatted(wanted, CLASS_PATH + file));
        }
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(wanted + " cannot be read", e);
    }
  }
}
