// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tuning;
import java.util.List;
import java.util.function.Consumer;

/** Computes on the devices that OpenCL drivers offer: GPUs, and CPUs through pocl. */
public final class OpenClBackend implements LossBackend {
  static final String NAME = "opencl";

  /** For {@link java.util.ServiceLoader}; finds devices when first asked. */
  public OpenClBackend() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Status status() {
    return ClDiscovery.get().status();
  }

  @Override
  public List<Device> devices() {
    // Without JOCL not even the class ClDevice can be loaded.
    return status() instanceof Status.Usable
        ? ClDiscovery.get().devices().stream().map(ClDevice::device).toList()
        : List.of();
  }

  @Override
  public LossSession open(int index) {
    return new OpenClSession(ClContext.open(device(index)));
  }

  @Override
  public Tuning tune(int index, double seconds, Consumer<Tuning.Choice> listener) {
    return new Tuner(device(index), seconds).tune(listener);
  }

  private ClDevice device(int index) {
    List<ClDevice> devices = ClDiscovery.get().devices();
    if (status() instanceof Status.Unusable(String reason)) {
      throw new BackendUnavailableException("the backend opencl cannot serve: " + reason);
    }
    if (index < 0 || index >= devices.size()) {
      throw new BackendUnavailableException(
          "the backend opencl has no device %d; there are %d, counted from 0: %s"
              .formatted(index, devices.size(), devices.stream().map(ClDevice::name).toList()));
    }
    return devices.get(index);
  }
}
