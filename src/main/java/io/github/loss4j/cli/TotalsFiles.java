// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.InvalidTotalsException;
import io.github.loss4j.io.InvalidFileException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Totals in files: as JSON where the name ends in {@code .json}, else as bytes. */
final class TotalsFiles {
  private TotalsFiles() {}

  static void write(Path file, EvaluationTotals totals) throws IOException {
    OutputFile.write(
        file, isJson(file) ? (totals.toJson() + "\n").getBytes(UTF_8) : totals.toBytes());
  }

  /** The totals of all files together. */
  static EvaluationTotals merge(List<Path> files) throws IOException {
    EvaluationTotals merged = read(files.getFirst());
    for (Path file : files.subList(1, files.size())) {
      try {
        merged.merge(read(file));
      } catch (InvalidTotalsException e) {
        throw new InvalidFileException(
            file, "does not merge with %s: %s".formatted(files.getFirst(), e.getMessage()), e);
      }
    }
    return merged;
  }

  private static EvaluationTotals read(Path file) throws IOException {
    try {
      return isJson(file)
          ? EvaluationTotals.ofJson(Files.readString(file))
          : EvaluationTotals.ofBytes(Files.readAllBytes(file));
    } catch (CharacterCodingException e) {
      throw new InvalidFileException(file, "the totals are not valid UTF-8", e);
    } catch (InvalidTotalsException e) {
      throw new InvalidFileException(file, "the totals cannot be read: " + e.getMessage(), e);
    }
  }

  private static boolean isJson(Path file) {
    return file.toString().endsWith(".json");
  }
}
