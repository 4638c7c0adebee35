// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.BackendChoice;
import io.github.loss4j.ClassLoss;
import io.github.loss4j.DType;
import io.github.loss4j.Loss;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tensor;
import io.github.loss4j.io.NpyFile;
import io.github.loss4j.io.TensorFiles;
import io.github.loss4j.io.TensorWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
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
      "The files are .npy or .safetensors and may be larger than memory: they are mapped, and"
          + " evaluated in batches of rows. FILE:TENSOR names one tensor of a safetensors file."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class EvalCommand implements Callable<Integer> {
  private static final String AUTO = "auto";

  private final PrintWriter out;
  private final PrintWriter err;

  @Option(
      names = "--logits",
      required = true,
      paramLabel = "FILE[:TENSOR]",
      description = "Shape (C), (N, C) or (N, C, d1, ...): the classes lie along axis 1.")
  private String logits = "";

  @Option(
      names = "--targets",
      required = true,
      paramLabel = "FILE[:TENSOR]",
      description = {
        "Labels (integers) of the logits' shape without the class axis; or probabilities"
            + " (floating) of the logits' shape."
      })
  private String targets = "";

  @Mixin private final LossOptions lossOptions = new LossOptions();

  @Option(
      names = "--backend",
      paramLabel = "BACKEND",
      description = {
        "auto (a GPU if there is one, else the CPU), cpu or opencl; 'loss4j devices' lists them.",
        "Default: ${DEFAULT-VALUE}."
      })
  private String backend = AUTO;

  @Option(
      names = "--device",
      paramLabel = "INDEX",
      description = {
        "The device of the backend named with --backend. Default: its first usable one, a GPU"
            + " before any other."
      })
  private @Nullable Integer device;

  @Option(
      names = "--per-row",
      paramLabel = "OUT.npy",
      description = "Write the loss of every row: float32 of shape (rows).")
  private @Nullable Path perRow;

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
    if (backend.equals(AUTO) && device != null) {
      throw new UsageException("--device needs --backend: it is a position in that one's devices");
    }
    try (Arena arena = Arena.ofShared()) {
      Tensor input = TensorFiles.read(logits, arena);
      Tensor target = TensorFiles.read(targets, arena);
      EvalReport report = evaluate(input, target, lossOptions.perRow(arena));
      out.println(json ? Json.of(report) : report.table());
      return ExitCode.OK;
    }
  }

  private EvalReport evaluate(Tensor input, Tensor target, Loss loss) throws IOException {
    BackendChoice auto = backend.equals(AUTO) ? LossBackend.auto() : null;
    long rows = Arrays.stream(ClassLoss.rowShape(input)).reduce(1, (a, b) -> a * b);
    try (LossSession session = auto == null ? new DeviceSpec(backend, device).open() : auto.open();
        TensorWriter losses = perRow == null ? null : NpyFile.create(perRow, DType.F32, rows);
        Progress progress =
            new Progress(err, auto == null ? null : auto.reason(), session.backend(), rows)) {
      Evaluation evaluation =
          new Evaluation(
              session,
              loss,
              batch -> {
                if (losses != null) {
                  losses.append(asFloats(batch.loss()));
                }
                progress.add(batch.totals().rows());
              });
      evaluation.add(input, target);
      return EvalReport.of(
          lossOptions, evaluation, input.memory().byteSize(), target.dtype().isFloating());
    }
  }

  private static Tensor asFloats(Tensor losses) {
    return losses.dtype() == DType.F32
        ? losses.reshape(losses.size())
        : Tensor.of(losses.toFloatArray(), losses.size());
  }
}
