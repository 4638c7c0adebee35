// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.Tuning;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code loss4j tune}: finds out how a device computes fastest, and keeps it. */
@Command(
    name = "tune",
    description = {
      "Measures several ways to launch the kernels of an OpenCL device, for each kind of input, and"
          + " keeps the fastest in the user's cache folder, where every later session on the"
          + " device finds them. Results have the same bits as before."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class TuneCommand implements Callable<Integer> {
  private final PrintWriter out;
  private final PrintWriter err;

  @Option(
      names = "--backend",
      paramLabel = "BACKEND",
      description = "opencl, or a device of it such as opencl:1. Default: ${DEFAULT-VALUE}.")
  private String backend = "opencl";

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      description = "About how long it may take. Default: ${DEFAULT-VALUE}.")
  private double seconds = 40;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  TuneCommand(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    if (!(seconds > 0)) {
      throw new UsageException("--seconds must be above 0, but is %s".formatted(seconds));
    }
    Tuning tuning = DeviceSpec.parse(backend).tune(seconds, choice -> err.println(line(choice)));
    out.println(json ? Json.of(Printed.of(tuning)) : table(tuning));
    return ExitCode.OK;
  }

  /** A run takes a while; who waits sees how far it is. */
  private static String line(Tuning.Choice choice) {
    return "%s: %s".formatted(choice.rows(), choice.chosen());
  }

  private static String table(Tuning tuning) {
    Table table = new Table();
    table.add("INPUT", "TRIED", "FASTEST", "SECONDS", "OF STANDARD");
    for (Tuning.Choice choice : tuning.choices()) {
      table.add(
          choice.rows(),
          Integer.toString(choice.candidates()),
          choice.chosen(),
          String.format(Locale.ROOT, "%.6f", choice.seconds()),
          String.format(Locale.ROOT, "%.0f %%", 100 * choice.seconds() / choice.standardSeconds()));
    }
    return table + System.lineSeparator() + "kept in " + tuning.file();
  }

  /** What {@code --json} prints. */
  private record Printed(String device, String file, List<Tuning.Choice> choices) {
    static Printed of(Tuning tuning) {
      return new Printed(tuning.device(), tuning.file().toString(), tuning.choices());
    }
  }
}
