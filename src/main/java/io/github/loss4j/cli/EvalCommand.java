// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.LossSession;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.EvaluationTotals;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code loss4j eval}: from a file of logits and a file of targets to a number. */
@Command(
    name = "eval",
    description = {
      "Evaluates logits against targets: mean negative log-likelihood, perplexity and accuracy.",
      "The files are .npy or .safetensors and may be larger than memory: they are read and"
          + " evaluated in batches of rows. FILE:TENSOR names one tensor of a safetensors file."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class EvalCommand implements Callable<Integer> {
  private final PrintWriter out;
  private final PrintWriter err;

  @Mixin private final EvalInputs inputs = new EvalInputs();
  @Mixin private final LossOptions lossOptions = new LossOptions();

  @Mixin private final MetricOptions metrics = new MetricOptions();

  @Mixin private final EvalDevice device = new EvalDevice();

  @Option(
      names = "--per-row",
      paramLabel = "OUT.npy",
      description = "Write the loss of every row: float32 of shape (rows).")
  private @Nullable Path perRow;

  @Option(
      names = "--per-segment",
      paramLabel = "OUT.csv",
      description = "Write the score of every segment: id, first row, rows, NLL, greedy.")
  private @Nullable Path perSegment;

  @Mixin private final ReportOption page = new ReportOption();

  @Option(
      names = "--totals",
      paramLabel = "OUT",
      description = {
        "Write the totals, which merge with others without rounding: JSON if the name ends in"
            + " .json, else some hundred bytes."
      })
  private @Nullable Path totalsFile;

  @Option(
      names = "--merge",
      arity = "1..*",
      paramLabel = "TOTALS",
      description = "In place of logits and targets: the totals of other evaluations together.")
  private List<Path> merged = List.of();

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description = {
        "Write now and then how far it is; after an interruption the same command goes on from"
            + " there and ends with the same bits. The file is deleted in the end."
      })
  private @Nullable Path checkpoint;

  @Option(
      names = "--checkpoint-seconds",
      paramLabel = "SECONDS",
      description = "The time between two checkpoints, at least. Default: ${DEFAULT-VALUE}.")
  private double checkpointSeconds = 1;

  @Option(
      names = "--progress",
      description = {
        "Show how far it is where stderr is no terminal too: a line every ten seconds. A terminal"
            + " always has a bar."
      })
  private boolean showProgress;

  @Option(
      names = "--json",
      description = {
        "Print one JSON object. Numbers that JSON does not have, NaN and infinities, are null; so"
            + " is the accuracy if the targets are probabilities."
      })
  private boolean json;

  EvalCommand(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws IOException {
    metrics.check();
    OutputFile.requireDirectory(perRow);
    OutputFile.requireDirectory(perSegment);
    OutputFile.requireDirectory(totalsFile);
    OutputFile.requireDirectory(checkpoint);
    page.check();
    EvalReport report = merged.isEmpty() ? evaluate() : merge();
    out.println(json ? Json.of(report) : report.table());
    return ExitCode.OK;
  }

  private EvalReport merge() throws IOException {
    if (inputs.areNamed() || perRow != null || perSegment != null || checkpoint != null) {
      throw new UsageException("--merge reads totals and nothing else; leave out what is of rows");
    }
    EvaluationTotals totals = TotalsFiles.merge(merged);
    return report(totals, null, 0);
  }

  private EvalReport evaluate() throws IOException {
    checkOptions();
    try (Arena arena = Arena.ofShared()) {
      return evaluate(lossOptions.loss(arena));
    }
  }

  private EvalReport evaluate(ClassLoss loss) throws IOException {
    try (EvalSources sources = inputs.open()) {
      EvaluationOptions options =
          metrics.of(
              sources.haveLabels(),
              inputs.haveSegments(),
              page.isWanted(),
              loss instanceof CrossEntropyLoss);
      EvalDevice.Opened opened = device.open(sources.bytes());
      try (LossSession session = opened.session();
          Progress progress =
              new Progress(err, opened.reason(), session.backend(), sources.rows(), showProgress);
          EvalRun run =
              new EvalRun(sources, session, loss, options, progress, perRow, perSegment)) {
        return evaluate(run, sources.bytes());
      }
    }
  }

  private EvalReport evaluate(EvalRun run, long bytes) throws IOException {
    CheckpointFile file =
        checkpoint == null
            ? null
            : new CheckpointFile(checkpoint, inputs.described(), checkpointSeconds);
    EvaluationTotals totals = run.run(file);
    EvalReport report = report(totals, run, bytes);
    if (file != null) {
      file.delete();
    }
    return report;
  }

  /** Before any file is opened: what is typed wrong is known at once. */
  private void checkOptions() {
    device.check();
    if (perSegment != null && !inputs.haveSegments()) {
      throw new UsageException("--per-segment needs --segments");
    }
    if (checkpoint != null && (perRow != null || perSegment != null)) {
      throw new UsageException(
          "--checkpoint keeps totals only; leave out --per-row and --per-segment");
    }
  }

  private EvalReport report(EvaluationTotals totals, @Nullable EvalRun run, long bytes)
      throws IOException {
    if (totalsFile != null) {
      TotalsFiles.write(totalsFile, totals);
    }
    EvalReport report = EvalReport.of(lossOptions.reduction(), totals, metrics.bytes(), run, bytes);
    page.write(totals, report, run == null ? names(merged) : inputs.names(), metrics.bytes());
    return report;
  }

  private static List<String> names(List<Path> files) {
    return files.stream().map(Path::toString).toList();
  }
}
