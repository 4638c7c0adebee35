// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/**
 * A driver that the OpenCL loader found. Where JOCL is first touched.
 *
 * @param name as the driver gives it
 * @param devices in the driver's order, usable or not
 */
record ClPlatform(String name, List<ClDevice> devices) {
  private static final System.Logger LOG = System.getLogger("io.github.loss4j.opencl");

  /** CL_DEVICE_TYPE_ALL. JOCL's constant is -1, with bits that Mesa's rusticl refuses. */
  private static final long ALL_TYPES = 0xFFFFFFFFL;

  private static final int NO_PLATFORM = -1001; // CL_PLATFORM_NOT_FOUND_KHR

  /** Every driver, in the loader's order. */
  static List<ClPlatform> all() {
    // JOCL's fixed file name in the temporary folder breaks JVMs that start together.
    System.setProperty("uniqueLibraryNames", "true");
    CL.setExceptionsEnabled(true);
    return Arrays.stream(ids()).map(ClPlatform::of).toList();
  }

  /** Asks about a device that the caller found; exceptions must be on. */
  static ClDevice probe(cl_device_id device) {
    cl_platform_id id = new cl_platform_id();
    CL.clGetDeviceInfo(device, CL.CL_DEVICE_PLATFORM, Sizeof.cl_platform_id, Pointer.to(id), null);
    return ClDevice.probe(id, device, name(id));
  }

  private static ClPlatform of(cl_platform_id id) {
    String name = name(id);
    List<ClDevice> devices =
        Arrays.stream(devices(id, name)).map(device -> ClDevice.probe(id, device, name)).toList();
    return new ClPlatform(name, devices);
  }

  private static cl_platform_id[] ids() {
    int[] count = new int[1];
    try {
      CL.clGetPlatformIDs(0, null, count);
    } catch (CLException e) {
      if (e.getStatus() == NO_PLATFORM) {
        return new cl_platform_id[0];
      }
      throw e;
    }
    cl_platform_id[] platforms = new cl_platform_id[count[0]];
    if (platforms.length > 0) {
      CL.clGetPlatformIDs(platforms.length, platforms, null);
    }
    return platforms;
  }

  private static cl_device_id[] devices(cl_platform_id platform, String name) {
    int[] count = new int[1];
    try {
      CL.clGetDeviceIDs(platform, ALL_TYPES, 0, null, count);
    } catch (CLException e) {
      // A driver that fails must not hide the devices of the others.
      LOG.log(
          e.getStatus() == CL.CL_DEVICE_NOT_FOUND
              ? System.Logger.Level.DEBUG
              : System.Logger.Level.WARNING,
          "the OpenCL platform {0} gives no device: {1}",
          name,
          ClDevice.error(e));
      return new cl_device_id[0];
    }
    cl_device_id[] devices = new cl_device_id[count[0]];
    if (devices.length > 0) {
      CL.clGetDeviceIDs(platform, ALL_TYPES, devices.length, devices, null);
    }
    return devices;
  }

  private static String name(cl_platform_id platform) {
    long[] size = new long[1];
    CL.clGetPlatformInfo(platform, CL.CL_PLATFORM_NAME, 0, null, size);
    byte[] name = new byte[Math.toIntExact(size[0])];
    CL.clGetPlatformInfo(platform, CL.CL_PLATFORM_NAME, name.length, Pointer.to(name), null);
    return new String(name, StandardCharsets.UTF_8).replace("\0", "").strip();
  }
}
