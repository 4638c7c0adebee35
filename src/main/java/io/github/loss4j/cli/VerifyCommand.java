// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.LossBackend;
import io.github.loss4j.LossBackend.Status;
import io.github.loss4j.LossSession;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code loss4j verify}: whether backends compute what PyTorch does. */
@Command(
    name = "verify",
    description = {
      "Runs a folder of conformance cases, forward and gradients: that is how to check a new"
          + " device. A case passes if all its outputs are within their tolerances on every"
          + " backend.",
      "Each failure is one line; the last line is 'N passed, N failed, N skipped' and counts cases."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class VerifyCommand implements Callable<Integer> {
  private final PrintWriter out;

  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "The folder: index.json, and a folder per case.")
  private Path folder = Path.of("");

  @Option(
      names = "--backend",
      paramLabel = "BACKEND[:DEVICE]",
      description = {
        "A backend, or one of its devices, such as opencl:1; may be given several times."
            + " Default: all that are usable."
      })
  private List<String> backends = new ArrayList<>();

  @Option(
      names = "--same-bits",
      description = "All backends must also return the same bits as the first (NaN is NaN).")
  private boolean sameBits;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  VerifyCommand(PrintWriter out) {
    this.out = out;
  }

  @Override
  public Integer call() throws IOException {
    List<ConformanceCase> cases = Conformance.read(folder);
    Map<String, LossSession> sessions = new LinkedHashMap<>();
    try {
      for (DeviceSpec spec : specs()) {
        sessions.put(spec.toString(), spec.open());
      }
      VerifyReport report = verify(cases, sessions);
      out.println(json ? Json.of(report) : report.text());
      return report.failed() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    } finally {
      sessions.values().forEach(LossSession::close);
    }
  }

  private List<DeviceSpec> specs() {
    List<DeviceSpec> specs =
        backends.isEmpty()
            ? LossBackend.all().stream()
                .filter(backend -> backend.status() instanceof Status.Usable)
                .map(backend -> new DeviceSpec(backend.name(), null))
                .toList()
            : backends.stream().map(DeviceSpec::parse).distinct().toList();
    if (sameBits && specs.size() < 2) {
      throw new UsageException(
          "--same-bits compares backends, but there is only " + specs.getFirst());
    }
    return specs;
  }

  private VerifyReport verify(List<ConformanceCase> cases, Map<String, LossSession> sessions)
      throws IOException {
    ConformanceRun run = new ConformanceRun(sessions, sameBits);
    List<Verdict> verdicts = new ArrayList<>();
    for (ConformanceCase one : cases) {
      verdicts.add(run.judge(one));
    }
    Map<String, String> devices = new LinkedHashMap<>();
    sessions.forEach((name, session) -> devices.put(name, session.device()));
    return VerifyReport.of(devices, sameBits, verdicts);
  }
}
