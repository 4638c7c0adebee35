// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import io.github.loss4j.LossBackend;
import io.github.loss4j.LossBackend.Device;
import io.github.loss4j.LossBackend.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The GPU that is meant by an address, which is whatever the cluster's discovery script prints:
 * usually an index, of the driver's counting and not of OpenCL's, or better a PCI address.
 *
 * @param backend the backend that has it
 * @param index its position among the backend's devices
 * @param device what it is
 * @param certain whether the PCI address is the one that was asked for
 */
record AssignedDevice(LossBackend backend, int index, Device device, boolean certain) {
  private static final Pattern PCI =
      Pattern.compile("(?:(\\p{XDigit}{1,8}):)?(\\p{XDigit}{1,2}):(\\p{XDigit}{1,2})\\.([0-7])");

  /** The GPU of an address; null if no backend has a usable one that it may mean. */
  static @Nullable AssignedDevice of(String address, List<LossBackend> backends) {
    List<AssignedDevice> gpus = gpus(backends);
    String pci = pci(address);
    if (pci != null) {
      return gpus.stream()
          .filter(gpu -> pci.equals(gpu.device.pciAddress()))
          .map(gpu -> new AssignedDevice(gpu.backend, gpu.index, gpu.device, true))
          .findFirst()
          .orElse(null);
    }
    int index = index(address);
    return index >= 0 && index < gpus.size() ? gpus.get(index) : null;
  }

  /** Usable GPUs in the order in which NVIDIA's tools count: that of PCI addresses. */
  private static List<AssignedDevice> gpus(List<LossBackend> backends) {
    List<AssignedDevice> gpus = new ArrayList<>();
    for (LossBackend backend : backends) {
      List<Device> devices = backend.devices();
      for (int i = 0; i < devices.size(); i++) {
        Device device = devices.get(i);
        if (device.gpu() && device.status() instanceof Status.Usable) {
          gpus.add(new AssignedDevice(backend, i, device, false));
        }
      }
    }
    if (gpus.stream().allMatch(gpu -> gpu.device.pciAddress() != null)) {
      gpus.sort(Comparator.comparing(gpu -> String.valueOf(gpu.device.pciAddress())));
    }
    return gpus;
  }

  /** A PCI address as {@link Device#pciAddress()} writes it; null if it is none. */
  private static @Nullable String pci(String address) {
    Matcher matcher = PCI.matcher(address.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return null;
    }
    String domain = matcher.group(1);
    return "%04x:%02x:%02x.%s"
        .formatted(
            domain == null ? 0 : Long.parseLong(domain, 16),
            Integer.parseInt(matcher.group(2), 16),
            Integer.parseInt(matcher.group(3), 16),
            matcher.group(4));
  }

  private static int index(String address) {
    try {
      return Integer.parseInt(address.strip());
    } catch (NumberFormatException _) {
      return -1;
    }
  }
}
