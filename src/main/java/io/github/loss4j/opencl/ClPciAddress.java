// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.cl_device_id;
import org.jspecify.annotations.Nullable;

/** Where a device is on the PCI bus, which tells devices of one name apart. */
final class ClPciAddress {
  private static final System.Logger LOG = System.getLogger("io.github.loss4j.opencl");

  /** Of cl_khr_pci_bus_info: domain, bus, device and function, four cl_uint. */
  private static final int CL_DEVICE_PCI_BUS_INFO_KHR = 0x410F;

  /** Of cl_nv_device_attribute_query; the slot has the device and, in three bits, the function. */
  private static final int CL_DEVICE_PCI_BUS_ID_NV = 0x4008;

  private static final int CL_DEVICE_PCI_SLOT_ID_NV = 0x4009;
  private static final int CL_DEVICE_PCI_DOMAIN_ID_NV = 0x400A;

  private ClPciAddress() {}

  /** The address, such as {@code 0000:65:00.0}; null if the driver does not tell. */
  static @Nullable String of(cl_device_id id) {
    try {
      List<String> extensions =
          Arrays.asList(ClDevice.string(id, CL.CL_DEVICE_EXTENSIONS).split(" ", -1));
      if (extensions.contains("cl_khr_pci_bus_info")) {
        return ofInfo(ClDevice.info(id, CL_DEVICE_PCI_BUS_INFO_KHR));
      }
      if (extensions.contains("cl_nv_device_attribute_query")) {
        return ofNumbers(
            ClDevice.number(id, CL_DEVICE_PCI_DOMAIN_ID_NV),
            ClDevice.number(id, CL_DEVICE_PCI_BUS_ID_NV),
            ClDevice.number(id, CL_DEVICE_PCI_SLOT_ID_NV));
      }
    } catch (CLException | BufferUnderflowException e) {
      LOG.log(System.Logger.Level.DEBUG, "no PCI address, though the driver says it has one", e);
    }
    return null;
  }

  /** The address in a {@code cl_device_pci_bus_info_khr}. */
  static String ofInfo(ByteBuffer info) {
    return "%04x:%02x:%02x.%x"
        .formatted(info.getInt(), info.getInt(), info.getInt(), info.getInt());
  }

  /** The address in the numbers that NVIDIA's driver gives. */
  static String ofNumbers(long domain, long bus, long slot) {
    return "%04x:%02x:%02x.%x".formatted(domain, bus, slot >> 3, slot & 7);
  }
}
