// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.BackendChoice;
import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.eval.DeviceGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where {@code loss4j eval} computes. */
final class EvalDevice {
  private static final String AUTO = "auto";
  private static final String ALL = "all";

  /** Looking for a GPU takes longer than computing so much. */
  private static final long SMALL_BYTES = 20L << 20;

  @Option(
      names = "--backend",
      paramLabel = "BACKEND",
      description = {
        "auto (a GPU if there is one, else the CPU, which takes up to 20 MB without looking), cpu"
            + " or opencl; 'loss4j devices' lists them. Default: ${DEFAULT-VALUE}."
      })
  private String backend = AUTO;

  @Option(
      names = "--device",
      paramLabel = "INDEX",
      description = {
        "The device of the backend named with --backend, or all: then its usable devices share"
            + " the rows. Default: its first usable one, a GPU before any other."
      })
  private @Nullable String device;

  /**
   * A session, and why it is this one.
   *
   * @param reason a line for the user; null if the user named it
   */
  record Opened(LossSession session, @Nullable String reason) {}

  /** Throws if what was typed does not go together. */
  void check() {
    if (backend.equals(AUTO) && device != null) {
      throw new UsageException("--device needs --backend: it is a position in that one's devices");
    }
    if (!ALL.equals(device)) {
      index();
    }
  }

  /** Opens what was named, or what suits so many bytes of logits. */
  Opened open(long bytes) {
    if (backend.equals(AUTO)) {
      return bytes < SMALL_BYTES ? small() : automatic();
    }
    return new Opened(ALL.equals(device) ? group() : new DeviceSpec(backend, index()).open(), null);
  }

  private static Opened small() {
    return new Opened(
        LossBackend.named("cpu").open(),
        "loss4j computes on cpu, since finding a GPU would take longer; --backend names another");
  }

  private static Opened automatic() {
    BackendChoice choice = LossBackend.auto();
    return new Opened(choice.open(), choice.reason());
  }

  private @Nullable Integer index() {
    try {
      return device == null ? null : Integer.valueOf(device);
    } catch (NumberFormatException e) {
      throw new UsageException(
          "--device %s is neither a position among the devices nor all".formatted(device));
    }
  }

  private LossSession group() {
    List<LossBackend.Device> devices = new DeviceSpec(backend, null).devices();
    int[] usable =
        IntStream.range(0, devices.size())
            .filter(i -> devices.get(i).status() instanceof LossBackend.Status.Usable)
            .toArray();
    if (usable.length == 0) {
      throw new BackendUnavailableException(
          "the backend %s has no usable device; 'loss4j devices' says why".formatted(backend));
    }
    List<LossSession> sessions = new ArrayList<>();
    for (int index : usable) {
      sessions.add(new DeviceSpec(backend, index).open());
    }
    return new DeviceGroup(sessions);
  }
}
