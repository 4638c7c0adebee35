// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures everything and writes docs/performance.md with its plots. */
@Command(
    name = "performance",
    description = {
      "Measures loss4j beside other libraries and writes docs/performance.md with its plots.",
      "What was measured is kept in target/performance, so that a part can be measured again."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Performance implements Callable<Integer> {
  private static final Path PAGE = Path.of("docs/performance.md");
  private static final Path KEPT = Path.of("target/performance");
  private static final Path KEPT_QUICK = KEPT.resolve("quick");
  private static final Type CALLS =
      TypeToken.getParameterized(List.class, SmallCalls.Call.class).getType();
  private static final Gson GSON = new Gson();

  /** Inputs that are larger get fewer rows. */
  private static final long MOST_BYTES = 1_700_000_000;

  private static final long MOST_BYTES_QUICK = 50_000_000;

  private enum Part {
    PEERS,
    HUGE_PAGES,
    DJL,
    PROMISE,
    PROMISE_ONE_THREAD,
    LINEAR,
    SMALL_CALLS,
    NOTHING
  }

  @Option(
      names = "--only",
      paramLabel = "PART",
      description = "Measures a part alone: ${COMPLETION-CANDIDATES}. Several times if you like.")
  private List<Part> only = List.of(Part.values());

  @Option(
      names = "--cases",
      paramLabel = "REGEX",
      description = "Measures the cases in which this is found, such as 'gradient BF16'.")
  private String cases = "";

  @Option(
      names = "--quick",
      description = {
        "Smaller inputs and fewer rounds, to see that everything works; all is written to",
        "target/performance/quick then."
      })
  private boolean quick;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description =
          "Each computes before it is timed until it has not become faster for so long."
              + " Default: ${DEFAULT-VALUE}.")
  private double warmUp = 2;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      description =
          "How long the rounds of a case take, if they are enough. Default: ${DEFAULT-VALUE}.")
  private double seconds = 1;

  /**
   * Runs the command.
   *
   * @param args its options
   */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Performance()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Files.createDirectories(kept());
    if (quick) {
      warmUp = 0.1;
      seconds = 0.1;
    }
    for (Run run : Run.values()) {
      if (only.contains(Part.valueOf(run.name()))) {
        measure(run);
      }
    }
    if (only.contains(Part.SMALL_CALLS)) {
      List<SmallCalls.Call> calls = SmallCalls.measure(Run.PEERS.options(), quick ? 0.1 : 1);
      Files.writeString(smallCalls(), GSON.toJson(calls, CALLS));
    }
    writePage();
    return CommandLine.ExitCode.OK;
  }

  /** In a JVM of its own: libraries bring their own libtorch, and environments differ. */
  private void measure(Run run) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(run.options());
    command.add(Measure.class.getName());
    command.add(run.name());
    command.add(kept(run).toString());
    command.add(Long.toString(quick ? MOST_BYTES_QUICK : MOST_BYTES));
    command.add(Double.toString(warmUp));
    command.add(Double.toString(seconds));
    command.add(cases);
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().putAll(run.environment());
    int status = builder.start().waitFor();
    if (status != 0) {
      throw new IOException("measuring %s ended with status %d".formatted(run, status));
    }
  }

  private Path kept() {
    return quick ? KEPT_QUICK : KEPT;
  }

  private Path kept(Run run) {
    return kept().resolve(run + ".json");
  }

  private Path smallCalls() {
    return kept().resolve("SMALL_CALLS.json");
  }

  private void writePage() throws IOException {
    Map<Run, List<Measurement>> runs = new EnumMap<>(Run.class);
    for (Run run : Run.values()) {
      if (Files.exists(kept(run))) {
        runs.put(run, new KeptMeasurements(kept(run)).all());
      }
    }
    Path file = quick ? KEPT_QUICK.resolve(PAGE.getFileName()) : PAGE;
    PerformancePage page = new PerformancePage(PAGE, file);
    page.put("machine", Tables.machine(Machine.facts()));
    if (runs.containsKey(Run.PEERS)) {
      page.put("cross-entropy", Tables.peers(runs, true));
      page.put("other operations", Tables.peers(runs, false));
    }
    if (runs.containsKey(Run.PROMISE) && runs.containsKey(Run.PROMISE_ONE_THREAD)) {
      page.put("promise", Tables.promise(runs));
    }
    if (Files.exists(smallCalls())) {
      page.put(
          "small calls", Tables.smallCalls(GSON.fromJson(Files.readString(smallCalls()), CALLS)));
    }
    List<Measurement> linear = runs.getOrDefault(Run.LINEAR, List.of());
    if (!linear.isEmpty()) {
      plot(linear, file.resolveSibling("time"));
    }
    page.write();
  }

  private static void plot(List<Measurement> measured, Path prefix) throws IOException {
    Measurement largest = measured.getFirst();
    for (Measurement each : measured) {
      largest = each.bytes() > largest.bytes() ? each : largest;
    }
    double limit = largest.time(MemoryLimit.LABEL) / largest.bytes();
    LinearPlot.write(
        Path.of(prefix + "-over-rows.svg"),
        "Cross-entropy of N x %d F32 logits".formatted(Run.CLASSES),
        "rows N",
        Run.overRows(measured),
        Measurement::rows,
        limit);
    LinearPlot.write(
        Path.of(prefix + "-over-classes.svg"),
        "Cross-entropy of %d x C F32 logits".formatted(Run.ROWS),
        "classes C",
        Run.overClasses(measured),
        Measurement::classes,
        limit);
  }
}
