// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jocl.CL;
import org.jocl.cl_command_queue;
import org.jocl.cl_mem;

/**
 * Memory of the host that a device with a memory of its own reads and writes by itself, at the full
 * speed of its bus: a buffer that stays mapped.
 *
 * @param buffer the driver's handle
 * @param mapped where it is mapped
 */
record ClPinned(cl_mem buffer, ByteBuffer mapped) {
  /** So long that starting a transfer costs little, so short that copying it is soon over. */
  static final long BYTES = 1L << 24;

  static ClPinned allocate(ClContext context, cl_command_queue queue) {
    ClDevice device = context.device();
    long flags = CL.CL_MEM_READ_WRITE | CL.CL_MEM_ALLOC_HOST_PTR;
    cl_mem buffer =
        device.check(
            "clCreateBuffer of pinned memory",
            () -> CL.clCreateBuffer(context.handle(), flags, BYTES, null, null));
    try {
      long access = CL.CL_MAP_READ | CL.CL_MAP_WRITE;
      return new ClPinned(
          buffer,
          device.check(
              "clEnqueueMapBuffer of pinned memory",
              () ->
                  CL.clEnqueueMapBuffer(
                      queue, buffer, true, access, 0, BYTES, 0, null, null, null)));
    } catch (RuntimeException e) {
      CL.clReleaseMemObject(buffer);
      throw e;
    }
  }

  MemorySegment memory() {
    return MemorySegment.ofBuffer(mapped);
  }

  void release(cl_command_queue queue) {
    CL.clEnqueueUnmapMemObject(queue, buffer, mapped, 0, null, null);
    CL.clFinish(queue);
    CL.clReleaseMemObject(buffer);
  }
}
