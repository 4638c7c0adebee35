// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.BackendChoice;
import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossBackend.Device;
import io.github.loss4j.LossBackend.Status;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code loss4j devices}: where losses can be computed here and, where they cannot, why not. */
@Command(
    name = "devices",
    description = {
      "Lists every backend and its devices, the reason for each that cannot be used, and what"
          + " --backend auto takes."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
final class DevicesCommand implements Callable<Integer> {
  private static final double BYTES_PER_GIB = 1L << 30;

  private final PrintWriter out;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  DevicesCommand(PrintWriter out) {
    this.out = out;
  }

  /** What {@code --json} prints. */
  record Listing(List<BackendEntry> backends, Auto auto) {}

  /** A backend; the reason is null if it is usable. */
  record BackendEntry(
      String name, boolean usable, @Nullable String reason, List<DeviceEntry> devices) {}

  /** A device; the reason is null if it is usable. */
  record DeviceEntry(
      int index,
      String name,
      String platform,
      boolean gpu,
      long memoryBytes,
      boolean usable,
      @Nullable String reason) {}

  /** What is taken when no backend is named: null if there is none. */
  record Auto(@Nullable String backend, String reason) {}

  @Override
  public Integer call() {
    List<LossBackend> backends = LossBackend.all();
    Listing listing =
        new Listing(backends.stream().map(DevicesCommand::entry).toList(), auto(backends));
    out.println(json ? Json.of(listing) : table(listing));
    return ExitCode.OK;
  }

  private static BackendEntry entry(LossBackend backend) {
    List<Device> devices = backend.devices();
    String reason = reason(backend.status());
    return new BackendEntry(
        backend.name(),
        reason == null,
        reason,
        IntStream.range(0, devices.size()).mapToObj(i -> entry(i, devices.get(i))).toList());
  }

  private static DeviceEntry entry(int index, Device device) {
    String reason = reason(device.status());
    return new DeviceEntry(
        index,
        device.name(),
        device.platform(),
        device.gpu(),
        device.memoryBytes(),
        reason == null,
        reason);
  }

  private static @Nullable String reason(Status status) {
    return status instanceof Status.Unusable(String reason) ? reason : null;
  }

  private static Auto auto(List<LossBackend> backends) {
    try {
      BackendChoice choice = BackendChoice.among(backends);
      return new Auto(choice.backend().name(), choice.reason());
    } catch (BackendUnavailableException e) {
      return new Auto(null, FailureLine.of(e));
    }
  }

  private static String table(Listing listing) {
    Table table = new Table();
    table.add("BACKEND", "DEVICE", "GPU", "MEMORY", "NAME", "PLATFORM", "STATUS");
    for (BackendEntry backend : listing.backends()) {
      if (backend.devices().isEmpty()) {
        table.add(backend.name(), "-", "-", "-", "-", "-", status(backend.reason()));
      }
      for (DeviceEntry device : backend.devices()) {
        table.add(
            backend.name(),
            Integer.toString(device.index()),
            device.gpu() ? "yes" : "no",
            String.format(Locale.ROOT, "%.1f GiB", device.memoryBytes() / BYTES_PER_GIB),
            device.name(),
            device.platform(),
            status(device.reason()));
      }
    }
    return table + System.lineSeparator() + "auto: " + listing.auto().reason();
  }

  private static String status(@Nullable String reason) {
    return reason == null ? "usable" : "unusable: " + reason;
  }
}
