// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossBackend.Device;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tuning;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where to compute, as a user names it.
 *
 * @param backend the backend's name
 * @param index one of its devices; null for its first usable one, a GPU before any other
 */
record DeviceSpec(String backend, @Nullable Integer index) {

  /** Parses {@code opencl}, or {@code opencl:1} for its device 1. */
  static DeviceSpec parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return new DeviceSpec(text, null);
    }
    try {
      return new DeviceSpec(text.substring(0, colon), Integer.valueOf(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new UsageException(
          "%s names no device; expected a backend's name, or a name and an index such as opencl:0"
              .formatted(text));
    }
  }

  LossSession open() {
    LossBackend found = found();
    return index == null ? found.open() : found.open(checked(found, index));
  }

  List<Device> devices() {
    return found().devices();
  }

  /** Measures how the device computes fastest. */
  Tuning tune(double seconds, Consumer<Tuning.Choice> listener) {
    LossBackend found = found();
    return found.tune(index == null ? found.preferred() : checked(found, index), seconds, listener);
  }

  private LossBackend found() {
    List<String> names = LossBackend.all().stream().map(LossBackend::name).toList();
    if (!names.contains(backend)) {
      throw new UsageException(
          "no backend is named %s; there are %s".formatted(backend, String.join(", ", names)));
    }
    return LossBackend.named(backend);
  }

  private int checked(LossBackend found, int position) {
    List<Device> devices = found.devices();
    if (position < 0 || position >= devices.size()) {
      throw new BackendUnavailableException(
          "the backend %s has no device %d; it has %s"
              .formatted(backend, position, listed(devices)));
    }
    return position;
  }

  private static String listed(List<Device> devices) {
    return IntStream.range(0, devices.size())
        .mapToObj(i -> "%d (%s)".formatted(i, devices.get(i).name()))
        .collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return index == null ? backend : backend + ":" + index;
  }
}
