// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.NotServedException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Collectors;
import picocli.CommandLine.ParameterException;

/** A failure in one line, for someone who wants to know what to do and not where it happened. */
final class FailureLine {
  private FailureLine() {}

  static String of(Throwable failure) {
    return switch (failure) {
      case InvalidInputException e -> message(e);
      case BackendUnavailableException e -> message(e);
      case NotServedException e -> message(e);
      case UsageException e -> message(e);
      case ParameterException e -> message(e);
      case NoSuchFileException e -> message(e) + ": there is no such file or directory";
      case IOException e -> message(e);
      default -> "unexpected: " + oneLine(failure.toString()) + " (--debug shows where)";
    };
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return oneLine(message == null ? failure.toString() : message);
  }

  private static String oneLine(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining(" "));
  }
}
