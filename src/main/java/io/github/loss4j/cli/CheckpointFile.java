// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.eval.Evaluation;
import io.github.loss4j.eval.InvalidTotalsException;
import io.github.loss4j.io.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;

/**
 * Where an evaluation goes on after it was interrupted. The file is replaced as a whole, again and
 * again, so that a process that is killed at any moment leaves a complete one.
 */
final class CheckpointFile {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Path file;
  private final SortedMap<String, String> inputs;
  private final double seconds;
  private long written = System.nanoTime();

  /**
   * Writes nothing yet.
   *
   * @param seconds between two times that it is written, at least
   */
  CheckpointFile(Path file, SortedMap<String, String> inputs, double seconds) {
    this.file = file;
    this.inputs = inputs;
    this.seconds = seconds;
  }

  /** Goes on where the file says, if there is one; one that is no good is left as it is. */
  void restore(Evaluation evaluation) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try {
      evaluation.restore(Files.readAllBytes(file), inputs);
    } catch (InvalidTotalsException e) {
      throw new InvalidFileException(
          file,
          "is no checkpoint of this evaluation: %s; delete it to begin anew"
              .formatted(e.getMessage()),
          e);
    }
  }

  /** Writes how far the evaluation has come, if the last time was long enough ago. */
  void write(Evaluation evaluation) throws IOException {
    if (System.nanoTime() - written >= seconds * NANOS_PER_SECOND) {
      OutputFile.write(file, evaluation.checkpoint(inputs));
      written = System.nanoTime();
    }
  }

  /** The evaluation is complete. */
  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
