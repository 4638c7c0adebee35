// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.DType;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code loss4j bench}: how near to its limits a device computes. */
@Command(
    name = "bench",
    description = {
      "Measures what a device's memory can do and how fast losses are beside it: the median of"
          + " several rounds, in each of which the limits are measured too.",
      "Inputs lie in the host's memory; for a device with a memory of its own the time includes"
          + " the transfers."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class BenchCommand implements Callable<Integer> {
  private static final String AUTO = "auto";

  private final PrintWriter out;
  private final PrintWriter err;

  @Option(
      names = "--backend",
      paramLabel = "BACKEND",
      description = {
        "auto, cpu, opencl or tornado, or a device of it such as opencl:1. Default:"
            + " ${DEFAULT-VALUE}."
      })
  private String backend = AUTO;

  @Option(
      names = "--op",
      paramLabel = "OPERATION",
      description = "Which, several times if you like. Default: ${DEFAULT-VALUE}.")
  private List<String> operations = List.of(BenchOperation.CROSS_ENTROPY.label());

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      description = "Such as 8192x50257, several times if you like. Default: seven usual ones.")
  private List<String> shapes = BenchShape.ALL.stream().map(BenchShape::toString).toList();

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "f32, bf16, f16 or f64, several times if you like. Default: ${DEFAULT-VALUE}.")
  private List<DType> dtypes = List.of(DType.F32, DType.BF16);

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each is measured. Default: ${DEFAULT-VALUE}.")
  private int rounds = 7;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description = {
        "How long each is computed before it is measured, so that Java compiles it.",
        "Default: ${DEFAULT-VALUE}."
      })
  private double warmUp = 1.5;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  BenchCommand(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    List<BenchOperation> measured = operations.stream().map(BenchOperation::of).toList();
    List<BenchShape> sizes = shapes.stream().map(BenchShape::parse).toList();
    if (rounds < 1) {
      throw new UsageException("--rounds must be at least 1, but is %d".formatted(rounds));
    }
    for (DType dtype : dtypes) {
      if (!dtype.isFloating()) {
        throw new UsageException("--dtype %s is not floating".formatted(dtype));
      }
    }
    try (LossSession session = open();
        BenchRun run = new BenchRun(session, (long) (warmUp * 1e9), rounds, this::announce)) {
      for (BenchOperation operation : measured) {
        for (BenchShape shape : sizes) {
          for (DType dtype : dtypes) {
            run.measure(operation, false, dtype, shape);
            run.measure(operation, true, dtype, shape);
          }
        }
      }
      out.println(json ? Json.of(run.report()) : run.report().table());
    }
    return ExitCode.OK;
  }

  private LossSession open() {
    return backend.equals(AUTO)
        ? LossBackend.auto().backend().open()
        : DeviceSpec.parse(backend).open();
  }

  /** A run takes minutes; who waits sees how far it is. */
  private void announce(BenchReport.Result result) {
    err.printf(
        Locale.ROOT,
        "%s %s %s %s: %.6f s, %.0f %% of the limit%n",
        result.op(),
        result.direction(),
        result.dtype(),
        result.shape(),
        result.seconds(),
        100 * result.fractionOfLimit());
  }
}
