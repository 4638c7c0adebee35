// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.LossBackend.Device;
import io.github.loss4j.LossBackend.Status;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/**
 * An OpenCL device and what its driver says of it.
 *
 * @param platformId the driver's handle of the platform
 * @param id the driver's handle of the device
 * @param name as the driver gives it
 * @param platform the platform's name
 * @param version such as {@code OpenCL 3.0 CUDA}
 * @param driver the driver's version
 * @param gpu whether it is a GPU
 * @param cpu whether it computes in the host's memory, so that nothing need be copied
 * @param fp64 whether it has double precision
 * @param maxAllocBytes the largest buffer
 * @param globalBytes the memory
 * @param localBytes the local memory of a work-group
 * @param maxWorkGroup the most work-items of a work-group
 * @param computeUnits how many work-groups run at a time
 * @param status whether it can serve and, if not, why
 */
record ClDevice(
    cl_platform_id platformId,
    cl_device_id id,
    String name,
    String platform,
    String version,
    String driver,
    boolean gpu,
    boolean cpu,
    boolean fp64,
    long maxAllocBytes,
    long globalBytes,
    long localBytes,
    int maxWorkGroup,
    int computeUnits,
    Status status) {
  /** The system property that has every device treated as one with a memory of its own. */
  static final String SEPARATE = "loss4j.opencl.separate";

  private static final Pattern VERSION = Pattern.compile("OpenCL (\\d+)\\.(\\d+).*");

  /**
   * Asks the driver about a device.
   *
   * @return the device; not usable if the driver does not answer
   */
  static ClDevice probe(cl_platform_id platformId, cl_device_id id, String platform) {
    try {
      String version = string(id, CL.CL_DEVICE_VERSION);
      long type = number(id, CL.CL_DEVICE_TYPE);
      // Simulators such as Oclgrind claim every type at once; they compute in the host's memory.
      boolean cpu = (type & CL.CL_DEVICE_TYPE_CPU) != 0 && !Boolean.getBoolean(SEPARATE);
      return new ClDevice(
          platformId,
          id,
          string(id, CL.CL_DEVICE_NAME),
          platform,
          version,
          string(id, CL.CL_DRIVER_VERSION),
          (type & CL.CL_DEVICE_TYPE_GPU) != 0 && !cpu,
          cpu,
          number(id, CL.CL_DEVICE_DOUBLE_FP_CONFIG) != 0,
          number(id, CL.CL_DEVICE_MAX_MEM_ALLOC_SIZE),
          number(id, CL.CL_DEVICE_GLOBAL_MEM_SIZE),
          number(id, CL.CL_DEVICE_LOCAL_MEM_SIZE),
          (int) number(id, CL.CL_DEVICE_MAX_WORK_GROUP_SIZE),
          (int) number(id, CL.CL_DEVICE_MAX_COMPUTE_UNITS),
          judge(id, version));
    } catch (CLException | BufferUnderflowException e) {
      Status status = new Status.Unusable("its driver does not describe it: " + e);
      return new ClDevice(
          platformId, id, "unknown", platform, "", "", false, false, false, 0, 0, 0, 0, 0, status);
    }
  }

  private static Status judge(cl_device_id id, String version) {
    if (!isAtLeast12(version)) {
      return new Status.Unusable("it has %s, and 1.2 is needed".formatted(version));
    }
    if (number(id, CL.CL_DEVICE_AVAILABLE) == 0) {
      return new Status.Unusable("its driver says that it is not available");
    }
    if (number(id, CL.CL_DEVICE_COMPILER_AVAILABLE) == 0) {
      return new Status.Unusable("its driver has no compiler");
    }
    if (number(id, CL.CL_DEVICE_ENDIAN_LITTLE) == 0) {
      return new Status.Unusable("it is big-endian, and tensors are little-endian");
    }
    return new Status.Usable();
  }

  static boolean isAtLeast12(String version) {
    Matcher matcher = VERSION.matcher(version);
    if (!matcher.matches()) {
      return false;
    }
    int major = Integer.parseInt(matcher.group(1));
    return major > 1 || (major == 1 && Integer.parseInt(matcher.group(2)) >= 2);
  }

  /** What the users of the library see of it. */
  Device device() {
    String pciAddress = status instanceof Status.Usable ? ClPciAddress.of(id) : null;
    return new Device(name, platform + ", driver " + driver, gpu, globalBytes, status, pciAddress);
  }

  /**
   * Makes an OpenCL call for this device; an error names the call, the device and the error.
   *
   * @throws ClOutOfMemoryException if a smaller piece of work may succeed
   * @throws IllegalStateException for any other error
   */
  <T> T check(String call, Supplier<T> body) {
    try {
      return body.get();
    } catch (CLException e) {
      String message = "%s failed on %s: %s".formatted(call, name, error(e));
      throw switch (e.getStatus()) {
        case CL.CL_MEM_OBJECT_ALLOCATION_FAILURE,
            CL.CL_OUT_OF_RESOURCES,
            CL.CL_OUT_OF_HOST_MEMORY,
            CL.CL_INVALID_BUFFER_SIZE ->
            new ClOutOfMemoryException(message, e);
        default -> new IllegalStateException(message, e);
      };
    }
  }

  /** The name of an error, such as {@code CL_INVALID_VALUE}. */
  static String error(CLException e) {
    return CL.stringFor_errorCode(e.getStatus());
  }

  static long number(cl_device_id id, int parameter) {
    ByteBuffer value = info(id, parameter);
    // cl_bool and cl_uint have 4 bytes, cl_ulong and bit fields 8, size_t either.
    return value.remaining() == Integer.BYTES
        ? Integer.toUnsignedLong(value.getInt())
        : value.getLong();
  }

  static String string(cl_device_id id, int parameter) {
    return StandardCharsets.UTF_8.decode(info(id, parameter)).toString().replace("\0", "").strip();
  }

  static ByteBuffer info(cl_device_id id, int parameter) {
    long[] size = new long[1];
    CL.clGetDeviceInfo(id, parameter, 0, null, size);
    ByteBuffer value =
        ByteBuffer.allocateDirect(Math.toIntExact(size[0])).order(ByteOrder.nativeOrder());
    CL.clGetDeviceInfo(id, parameter, size[0], Pointer.to(value), null);
    return value;
  }
}
