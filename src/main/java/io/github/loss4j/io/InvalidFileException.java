// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file that cannot be read or written as asked. The message is one line, {@code <file>: <fault>},
 * with what was found and what was expected; characters that would break the line are escaped.
 */
public final class InvalidFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Names the file and its fault.
   *
   * @param file the file
   * @param fault what was found and what was expected
   */
  public InvalidFileException(Path file, String fault) {
    this(file, fault, null);
  }

  /**
   * Names the file and its fault, with the error behind it.
   *
   * @param file the file
   * @param fault what was found and what was expected
   * @param cause the error behind it
   */
  public InvalidFileException(Path file, String fault, @Nullable Throwable cause) {
    this(file.toString(), fault, cause);
  }

  /** For a name that is not even a path. */
  InvalidFileException(String file, String fault, @Nullable Throwable cause) {
    super(Printable.line((file.isBlank() ? '"' + file + '"' : file) + ": " + fault), cause);
  }

  /** With what the operating system said. */
  static InvalidFileException because(IOException cause, Path file, String fault) {
    return new InvalidFileException(file, fault + ": " + reason(cause), cause);
  }

  private static String reason(IOException cause) {
    return switch (cause) {
      case NoSuchFileException e -> "there is no such file or directory";
      case AccessDeniedException e -> "permission is denied";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> Objects.requireNonNullElseGet(cause.getMessage(), cause::toString);
    };
  }
}
