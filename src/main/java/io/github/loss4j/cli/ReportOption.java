// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.loss4j.eval.EvaluationTotals;
import io.github.loss4j.eval.report.EvaluationRun;
import io.github.loss4j.eval.report.HtmlReport;
import io.github.loss4j.io.InvalidFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that asks for a page for a browser. */
final class ReportOption {
  @Option(
      names = "--report",
      paramLabel = "OUT.html",
      description = {
        "Write a page for a browser: numbers, charts, how to do it again. Without --metrics it has"
            + " all of them."
      })
  private @Nullable Path file;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  boolean isWanted() {
    return file != null;
  }

  void check() throws InvalidFileException {
    OutputFile.requireDirectory(file);
  }

  /** Writes the page, if it is wanted. */
  void write(
      EvaluationTotals totals, EvalReport report, List<String> inputs, @Nullable Long textBytes)
      throws IOException {
    if (file == null) {
      return;
    }
    double seconds = Objects.requireNonNullElse(report.seconds(), Double.NaN);
    String page =
        HtmlReport.of(
            totals,
            new EvaluationRun(
                inputs.getFirst(),
                inputs,
                Objects.requireNonNullElse(report.backend(), ""),
                Objects.requireNonNullElse(report.device(), ""),
                seconds,
                totals.rows() / seconds,
                Objects.requireNonNullElse(report.gbPerSecond(), Double.NaN),
                Objects.requireNonNullElse(textBytes, 0L),
                commandLine(),
                Main.Version.number(),
                Instant.now()));
    OutputFile.write(file, page.getBytes(UTF_8));
  }

  private List<String> commandLine() {
    List<String> words = new ArrayList<>(List.of("loss4j"));
    words.addAll(
        Objects.requireNonNull(command).root().commandLine().getParseResult().originalArgs());
    return words;
  }
}
