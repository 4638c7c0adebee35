// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import io.github.loss4j.LossBackend.Status;
import java.util.List;

/**
 * The backend that is taken when none is named, and why.
 *
 * @param backend the backend
 * @param reason one line that says why
 */
public record BackendChoice(LossBackend backend, String reason) {
  private static final String CPU = "cpu";
  private static final System.Logger LOG = System.getLogger("io.github.loss4j");

  /**
   * Chooses a backend that has a usable GPU, else {@code cpu}, and logs the choice.
   *
   * @param backends the backends to choose among
   * @return the choice
   * @throws BackendUnavailableException if there is neither
   */
  public static BackendChoice among(List<LossBackend> backends) {
    BackendChoice choice = choose(backends);
    LOG.log(System.Logger.Level.INFO, choice.reason());
    return choice;
  }

  /**
   * Opens a session on the chosen backend or, if its device cannot be opened after all, on {@code
   * cpu}, which is then logged.
   *
   * @return the session; the caller closes it
   */
  public LossSession open() {
    try {
      return backend.open();
    } catch (BackendUnavailableException e) {
      if (backend.name().equals(CPU)) {
        throw e;
      }
      LOG.log(System.Logger.Level.WARNING, "loss4j computes on cpu after all: " + e.getMessage());
      return LossBackend.named(CPU).open();
    }
  }

  private static BackendChoice choose(List<LossBackend> backends) {
    for (LossBackend backend : backends) {
      for (LossBackend.Device device : backend.devices()) {
        if (device.gpu() && device.status() instanceof Status.Usable) {
          return new BackendChoice(
              backend, "loss4j computes on %s: %s".formatted(backend.name(), device.name()));
        }
      }
    }
    LossBackend cpu =
        backends.stream()
            .filter(backend -> backend.name().equals(CPU))
            .findFirst()
            .orElseThrow(
                () ->
                    new BackendUnavailableException("there is neither a GPU nor the cpu backend"));
    String others =
        backends.stream()
            .filter(backend -> !backend.name().equals(CPU))
            .map(backend -> backend.name() + ": " + whyNot(backend))
            .reduce((a, b) -> a + "; " + b)
            .orElse("no other backend is on the class path");
    return new BackendChoice(
        cpu, "loss4j computes on cpu, since no GPU was found (%s)".formatted(others));
  }

  private static String whyNot(LossBackend backend) {
    return backend.status() instanceof Status.Unusable(String reason)
        ? reason
        : "no usable GPU among %d device(s)".formatted(backend.devices().size());
  }
}
