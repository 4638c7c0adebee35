// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.io.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options that name what is evaluated. */
final class EvalInputs {
  @Option(
      names = "--logits",
      arity = "1..*",
      paramLabel = "FILE[:TENSOR]",
      description = {
        "Shape (C), (N, C) or (N, C, d1, ...): the classes lie along axis 1. Several files, or a"
            + " quoted pattern such as 'logits-*.npy', go one behind the other along axis 0; the"
            + " first of model-00001-of-00003.safetensors stands for all three; - is a .npy file"
            + " on the standard input."
      })
  private List<String> logits = List.of();

  @Option(
      names = "--targets",
      arity = "1..*",
      paramLabel = "FILE[:TENSOR]",
      description = {
        "Labels (integers) of the logits' shape without the class axis; or probabilities"
            + " (floating) of the logits' shape. Several files as for the logits."
      })
  private List<String> targets = List.of();

  @Option(
      names = "--segments",
      arity = "1..*",
      paramLabel = "FILE[:TENSOR]",
      description = {
        "The segment of each row, such as a document: integers of the labels' shape, the rows of"
            + " a segment next to each other. Tells how many segments greedy decoding would have"
            + " written, and the standard error over segments."
      })
  private List<String> segments = List.of();

  boolean areNamed() {
    return !logits.isEmpty() || !targets.isEmpty() || !segments.isEmpty();
  }

  /** All files, as they were named. */
  List<String> names() {
    return Stream.of(logits, targets, segments).flatMap(List::stream).toList();
  }

  boolean haveSegments() {
    return !segments.isEmpty();
  }

  EvalSources open() throws InvalidFileException {
    if (logits.isEmpty() || targets.isEmpty()) {
      throw new UsageException("name files with --logits and --targets, or totals with --merge");
    }
    return new EvalSources(List.of(logits, targets, segments));
  }

  /** What a checkpoint must be of: the names, and of each file its size and time. */
  SortedMap<String, String> described() throws IOException {
    SortedMap<String, String> described = new TreeMap<>();
    describe(described, "logits", logits);
    describe(described, "targets", targets);
    describe(described, "segments", segments);
    return described;
  }

  private static void describe(SortedMap<String, String> described, String name, List<String> files)
      throws IOException {
    for (int i = 0; i < files.size(); i++) {
      String spec = files.get(i);
      String file =
          Files.exists(Path.of(spec))
              ? spec
              : spec.substring(0, Math.max(0, spec.lastIndexOf(':')));
      described.put(
          name + " " + (i + 1),
          !file.isEmpty() && Files.exists(Path.of(file))
              ? "%s, %d bytes, of %s"
                  .formatted(
                      spec, Files.size(Path.of(file)), Files.getLastModifiedTime(Path.of(file)))
              : spec);
    }
  }
}
