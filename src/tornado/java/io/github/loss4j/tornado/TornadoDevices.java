// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossBackend.Status;
import io.github.loss4j.LossSession;
import io.github.loss4j.host.HostSession;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.TornadoDeviceMap;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;

/** The devices of TornadoVM; they are looked for, and tried, once in a JVM. */
public final class TornadoDevices implements TornadoSupport {
  /** The property by which TornadoVM's options for Java name its runtime. */
  private static final String RUNTIME = "tornado.load.runtime.implementation";

  /** What was found. */
  private record Found(Status status, List<Usable> devices) {}

  private record Usable(TornadoDevice device, LossBackend.Device description) {}

  private static @Nullable Found found;

  /** For {@link java.util.ServiceLoader}. */
  public TornadoDevices() {}

  @Override
  public Status status() {
    return found().status();
  }

  @Override
  public List<LossBackend.Device> devices() {
    return found().devices().stream().map(Usable::description).toList();
  }

  @Override
  public LossSession open(int index) {
    List<Usable> devices = found().devices();
    if (index < 0 || index >= devices.size()) {
      throw new BackendUnavailableException(
          "the backend tornado has no device %d; there are %d, counted from 0"
              .formatted(index, devices.size()));
    }
    Usable usable = devices.get(index);
    if (usable.description().status() instanceof Status.Unusable(String reason)) {
      throw new BackendUnavailableException(
          "%s cannot serve: %s".formatted(usable.description().name(), reason));
    }
    return new HostSession(
        TornadoBackend.NAME, usable.description().name(), new TornadoKernels(usable.device()));
  }

  private static synchronized Found found() {
    if (found == null) {
      found = find();
    }
    return found;
  }

  private static Found find() {
    if (System.getProperty(RUNTIME) == null) {
      return unusable(
          "Java was not started with TornadoVM; set TORNADOVM_HOME to a TornadoVM SDK for ./loss4j,"
              + " or start java with @$TORNADOVM_HOME/tornado-argfile, as docs/tornadovm.md says");
    }
    TornadoProperties.set();
    try {
      List<Usable> devices = new ArrayList<>();
      for (var backend : new TornadoDeviceMap().getAllBackends()) {
        for (TornadoDevice device : backend.getAllDevices()) {
          devices.add(new Usable(device, description(device)));
        }
      }
      return devices.isEmpty()
          ? unusable("TornadoVM has found no device")
          : new Found(new Status.Usable(), List.copyOf(devices));
    } catch (VirtualMachineError e) {
      throw e;
    } catch (Exception | Error e) {
      return unusable("TornadoVM could not be loaded: " + Reasons.of(e));
    }
  }

  private static Found unusable(String reason) {
    return new Found(new Status.Unusable(reason), List.of());
  }

  private static LossBackend.Device description(TornadoDevice device) {
    return new LossBackend.Device(
        device.getPhysicalDevice().getDeviceName(),
        "TornadoVM, %s, %s".formatted(device.getTornadoVMBackend(), device.getPlatformName()),
        device.getDeviceType() == TornadoDeviceType.GPU,
        device.getMaxGlobalMemory(),
        Probe.of(device));
  }
}
