// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where losses are computed. Backends are found through {@link ServiceLoader}; a new one is added
 * without editing the others.
 */
public interface LossBackend {

  /**
   * The name that {@link #named} takes.
   *
   * @return lower case, such as {@code cpu} or {@code opencl}
   */
  String name();

  /**
   * Whether this backend can serve here and, if not, why. Looking costs little and never throws.
   *
   * @return the verdict
   */
  Status status();

  /**
   * The devices of this backend, usable or not.
   *
   * @return in a fixed order; a device's position is its index. Empty if the backend is not usable
   */
  List<Device> devices();

  /**
   * Opens a session on a device.
   *
   * @param index a position in {@link #devices()}
   * @return the session; the caller closes it
   * @throws BackendUnavailableException if there is no such device or it cannot serve
   */
  LossSession open(int index);

  /**
   * Opens a session on the first usable device, a GPU before any other.
   *
   * @return the session; the caller closes it
   * @throws BackendUnavailableException if no device can serve
   */
  default LossSession open() {
    return open(preferred());
  }

  /**
   * The first usable device, a GPU before any other.
   *
   * @return its position in {@link #devices()}
   * @throws BackendUnavailableException if no device can serve
   */
  default int preferred() {
    if (status() instanceof Status.Unusable(String reason)) {
      throw new BackendUnavailableException(
          "the backend %s cannot serve: %s".formatted(name(), reason));
    }
    List<Device> devices = devices();
    return IntStream.range(0, devices.size())
        .filter(i -> devices.get(i).status() instanceof Status.Usable)
        .boxed()
        .min((i, j) -> Boolean.compare(devices.get(j).gpu(), devices.get(i).gpu()))
        .orElseThrow(
            () ->
                new BackendUnavailableException(
                    "the backend %s has no usable device: %s".formatted(name(), devices)));
  }

  /**
   * Measures how a device computes fastest, and keeps that in the user's cache folder, where later
   * sessions on the device find it.
   *
   * @param index a position in {@link #devices()}
   * @param seconds about how long it may take
   * @param listener told of each choice
   * @return the choices
   * @throws BackendUnavailableException if there is no such device, it cannot serve, or there is
   *     nothing to choose
   * @throws UncheckedIOException if the choices cannot be kept
   */
  default Tuning tune(int index, double seconds, Consumer<Tuning.Choice> listener) {
    throw new BackendUnavailableException("the backend %s has nothing to tune".formatted(name()));
  }

  /**
   * Every backend on the class path, usable or not.
   *
   * @return in the order of their names
   */
  static List<LossBackend> all() {
    return ServiceLoader.load(LossBackend.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .toList();
  }

  /**
   * The backend of a name.
   *
   * @param name such as {@code cpu} or {@code opencl}
   * @return the backend
   * @throws BackendUnavailableException if there is none of that name, or it cannot serve here
   */
  static LossBackend named(String name) {
    List<LossBackend> all = all();
    LossBackend backend =
        all.stream()
            .filter(b -> b.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new BackendUnavailableException(
                        "no backend is named %s; there are %s"
                            .formatted(
                                name,
                                all.stream()
                                    .map(LossBackend::name)
                                    .collect(Collectors.joining(", ")))));
    if (backend.status() instanceof Status.Unusable(String reason)) {
      throw new BackendUnavailableException(
          "the backend %s cannot serve: %s".formatted(name, reason));
    }
    return backend;
  }

  /**
   * The backend to take when the caller does not care: one that has a usable GPU, else {@code cpu}.
   * What was chosen and why is logged in one line.
   *
   * @return the backend, and why it was taken
   * @throws BackendUnavailableException if no backend on the class path can serve
   */
  static BackendChoice auto() {
    return BackendChoice.among(all());
  }

  /**
   * A device of a backend.
   *
   * @param name as its driver gives it
   * @param platform the driver's name and version
   * @param gpu whether it is a GPU
   * @param memoryBytes its memory
   * @param status whether it can serve and, if not, why
   * @param pciAddress where it is, such as {@code 0000:65:00.0}; null if its driver does not tell
   */
  record Device(
      String name,
      String platform,
      boolean gpu,
      long memoryBytes,
      Status status,
      @Nullable String pciAddress) {

    /**
     * A device whose driver does not tell where it is.
     *
     * @param name as its driver gives it
     * @param platform the driver's name and version
     * @param gpu whether it is a GPU
     * @param memoryBytes its memory
     * @param status whether it can serve and, if not, why
     */
    public Device(String name, String platform, boolean gpu, long memoryBytes, Status status) {
      this(name, platform, gpu, memoryBytes, status, null);
    }
  }

  /** Whether a backend or device can serve. */
  sealed interface Status {

    /** It can serve. */
    record Usable() implements Status {}

    /**
     * It cannot serve.
     *
     * @param reason why not, and what would help
     */
    record Unusable(String reason) implements Status {}
  }
}
