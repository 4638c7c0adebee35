// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Addresses are written as lspci and nvidia-smi write them. */
class ClPciAddressTest {
  @Test
  void theStructureHasDomainBusDeviceAndFunction() {
    ByteBuffer info = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
    info.putInt(1).putInt(0xC1).putInt(0x1F).putInt(7).flip();
    assertEquals("0001:c1:1f.7", ClPciAddress.ofInfo(info));
  }

  @Test
  void theSlotHasDeviceAndFunction() {
    assertEquals("0000:65:00.0", ClPciAddress.ofNumbers(0, 0x65, 0));
    assertEquals("10000:03:1f.7", ClPciAddress.ofNumbers(0x10000, 3, 0xFF));
  }
}
