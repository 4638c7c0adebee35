// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which GPU an address means that a cluster's discovery script printed. */
class AssignedDeviceTest {
  private static final LossBackend.Status USABLE = new LossBackend.Status.Usable();

  /** A backend that lists devices and opens none. */
  private record Listed(String name, List<Device> devices) implements LossBackend {
    @Override
    public Status status() {
      return USABLE;
    }

    @Override
    public LossSession open(int index) {
      throw new BackendUnavailableException("it is only listed");
    }
  }

  private static LossBackend.Device gpu(String pciAddress) {
    return new LossBackend.Device("gpu " + pciAddress, "p", true, 1, USABLE, pciAddress);
  }

  private static final LossBackend CPU =
      new Listed("cpu", List.of(new LossBackend.Device("a cpu", "p", false, 1, USABLE)));

  /** Listed in another order than that of the bus, as OpenCL may. */
  private static final LossBackend OPENCL =
      new Listed(
          "opencl",
          List.of(
              new LossBackend.Device("pocl", "p", false, 1, USABLE),
              gpu("0000:c1:00.0"),
              gpu("0000:0a:00.0"),
              new LossBackend.Device(
                  "old", "p", true, 1, new LossBackend.Status.Unusable("old"), "0000:01:00.0"),
              gpu("0001:05:00.0")));

  @ParameterizedTest
  @CsvSource({
    "0000:c1:00.0, 1, true",
    "00000000:C1:00.0, 1, true",
    "0a:00.0, 2, true",
    "00000001:05:00.0, 4, true",
    "0, 2, false",
    " 1, 1, false",
    "2, 4, false",
  })
  void aGpuIsFoundByItsAddress(String address, int index, boolean certain) {
    AssignedDevice device = AssignedDevice.of(address, List.of(CPU, OPENCL));
    assertNotNull(device);
    assertSame(OPENCL, device.backend());
    assertEquals(index, device.index());
    assertEquals(certain, device.certain());
    assertEquals(OPENCL.devices().get(index), device.device());
  }

  @ParameterizedTest
  @CsvSource({"3", "-1", "GPU-8932f937", "0000:01:00.0", "0000:c1:00.1", "''"})
  void anAddressMayMeanNoUsableGpu(String address) {
    assertNull(AssignedDevice.of(address, List.of(CPU, OPENCL)));
  }

  @Test
  void withoutPciAddressesTheBackendsOrderCounts() {
    LossBackend backend = new Listed("opencl", List.of(gpu("0000:c1:00.0"), gpu(null)));
    AssignedDevice device = AssignedDevice.of("0", List.of(CPU, backend));
    assertNotNull(device);
    assertEquals(0, device.index());
    assertNull(AssignedDevice.of("0000:0a:00.0", List.of(backend)));
  }

  @Test
  void tasksShareTheSessionOfTheirDevice() {
    LossSession session = ExecutorSessions.get(ExecutorSessions.AUTO, null);
    assertEquals("cpu", session.backend());
    assertSame(session, ExecutorSessions.get("cpu", null));
    assertSame(session, ExecutorSessions.get("cpu", "0"));
    assertSame(session, ExecutorSessions.get(ExecutorSessions.AUTO, "0000:fe:1f.7"));
  }
}
