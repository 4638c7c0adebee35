// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jocl.CL;
import org.jocl.CLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What drivers say of their devices is understood. */
class ClDeviceTest {

  @ParameterizedTest
  @CsvSource({
    "OpenCL 1.0 old, false",
    "OpenCL 1.1, false",
    "OpenCL 1.2 , true",
    "OpenCL 2.0 AMD-APP, true",
    "OpenCL 3.0 CUDA, true",
    "OpenCL 10.0, true",
    "Vulkan 1.3, false",
    "'', false"
  })
  void openCl12OrLaterIsNeeded(String version, boolean enough) {
    assertEquals(enough, ClDevice.isAtLeast12(version));
  }

  @Test
  @RequiresOpenCl
  void everyDeviceIsDescribed() {
    for (ClDevice device : ClDiscovery.get().devices()) {
      String words = device.toString();
      assertFalse(device.name().isBlank(), words);
      assertFalse(device.name().contains("\0"), words);
      assertTrue(device.version().startsWith("OpenCL "), words);
      assertTrue(device.globalBytes() >= device.maxAllocBytes(), words);
      assertTrue(device.maxAllocBytes() >= 1 << 20, words);
      assertTrue(device.localBytes() >= 1 << 14, words);
      assertTrue(device.maxWorkGroup() >= 1, words);
      assertTrue(device.computeUnits() >= 1, words);
      assertFalse(device.gpu() && device.cpu(), words);
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        CL.CL_MEM_OBJECT_ALLOCATION_FAILURE,
        CL.CL_OUT_OF_RESOURCES,
        CL.CL_OUT_OF_HOST_MEMORY,
        CL.CL_INVALID_BUFFER_SIZE
      })
  @RequiresOpenCl
  void aLackOfMemoryIsToldFromOtherErrors(int error) {
    Exception e = assertThrows(ClOutOfMemoryException.class, () -> fail(error));
    assertEquals(
        "clSomething failed on %s: %s"
            .formatted(TestKernels.device().name(), CL.stringFor_errorCode(error)),
        e.getMessage());
  }

  @Test
  @RequiresOpenCl
  void anErrorNamesCallDeviceAndError() {
    Exception e = assertThrows(IllegalStateException.class, () -> fail(CL.CL_INVALID_KERNEL));
    assertEquals(
        "clSomething failed on %s: CL_INVALID_KERNEL".formatted(TestKernels.device().name()),
        e.getMessage());
  }

  private static void fail(int error) {
    TestKernels.device()
        .check(
            "clSomething",
            () -> {
              throw new CLException("as JOCL throws it", error);
            });
  }

  @Test
  @RequiresOpenCl
  void memoryCanBeTreatedAsTheDevicesOwn() {
    ClDevice device = TestKernels.device();
    assertEquals(device, ClPlatform.probe(device.id()));
    System.setProperty(ClDevice.SEPARATE, "true");
    try {
      assertFalse(ClPlatform.probe(device.id()).cpu());
    } finally {
      System.clearProperty(ClDevice.SEPARATE);
    }
  }
}
