// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.LossBackend;
import io.github.loss4j.LossBackend.Status;
import java.util.List;

/** The backends that tests run on. */
final class TestBackends {
  private TestBackends() {}

  /** The names of all that are usable; opencl is among them if the build requires it. */
  static List<String> usable() {
    List<String> names =
        LossBackend.all().stream()
            .filter(backend -> backend.status() instanceof Status.Usable)
            .map(LossBackend::name)
            .toList();
    assertTrue(
        names.contains("opencl") || !Boolean.getBoolean("loss4j.requireOpenCl"),
        "loss4j.requireOpenCl is set, but opencl is not usable");
    return names;
  }
}
