// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.LossBackend.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The OpenCL devices of this machine, or the reason why there is none to use. Machines without a
 * driver, without the loader or without JOCL are ordinary: finding them so throws nothing.
 *
 * @param devices in the drivers' order, usable or not; empty if none is usable
 * @param status usable if a device is
 */
record ClDiscovery(List<ClDevice> devices, Status status) {
  private static final System.Logger LOG = System.getLogger("io.github.loss4j.opencl");

  private static final List<String> LOADERS =
      List.of(
          "libOpenCL.so.1",
          System.mapLibraryName("OpenCL"),
          "/System/Library/Frameworks/OpenCL.framework/Versions/Current/OpenCL");

  /** Looks once for all of this JVM: loading drivers is slow, and they do not come and go. */
  static ClDiscovery get() {
    return Once.FOUND;
  }

  private static final class Once {
    static final ClDiscovery FOUND = SignalHandlers.keptDuring(ClDiscovery::look);
  }

  private static ClDiscovery look() {
    try {
      if (!hasLoader()) {
        return none(
            "the OpenCL ICD loader (libOpenCL.so.1) is not installed; on Debian and Ubuntu: apt"
                + " install ocl-icd-libopencl1 and a driver, such as pocl-opencl-icd for the CPU");
      }
      return among(ClPlatform.all());
    } catch (Exception | LinkageError e) {
      LOG.log(System.Logger.Level.DEBUG, "OpenCL cannot be used", e);
      String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return none(
          "OpenCL cannot be used through JOCL: %s: %s"
              .formatted(e.getClass().getSimpleName(), what));
    }
  }

  /** Asked before JOCL is, because JOCL prints to standard output when there is no loader. */
  private static boolean hasLoader() {
    for (String library : LOADERS) {
      try (Arena arena = Arena.ofConfined()) {
        SymbolLookup.libraryLookup(library, arena);
        return true;
      } catch (IllegalArgumentException e) {
        LOG.log(System.Logger.Level.DEBUG, "no {0} here: {1}", library, e.getMessage());
      }
    }
    return false;
  }

  private static ClDiscovery among(List<ClPlatform> platforms) {
    if (platforms.isEmpty()) {
      return none(
          "the OpenCL loader finds no platform: no driver is registered in /etc/OpenCL/vendors"
              + " or OCL_ICD_VENDORS; install one, such as pocl-opencl-icd for the CPU");
    }
    List<ClDevice> devices =
        platforms.stream().flatMap(platform -> platform.devices().stream()).toList();
    if (devices.isEmpty()) {
      return none(
          "no OpenCL platform has a device, of %s; the driver does not see the hardware, or may not"
              .formatted(platforms.stream().map(ClPlatform::name).toList()));
    }
    if (devices.stream().noneMatch(device -> device.status() instanceof Status.Usable)) {
      return none(
          devices.stream()
              .map(ClDiscovery::whyNot)
              .collect(Collectors.joining("; ", "no OpenCL device can serve: ", "")));
    }
    return new ClDiscovery(devices, new Status.Usable());
  }

  private static String whyNot(ClDevice device) {
    return device.status() instanceof Status.Unusable(String reason)
        ? device.name() + ": " + reason
        : device.name();
  }

  private static ClDiscovery none(String reason) {
    return new ClDiscovery(List.of(), new Status.Unusable(reason));
  }
}
