// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jocl.CL;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_mem;

/** An OpenCL program of its own: a context and buffers in it, and a session that is given them. */
final class CallerContext implements AutoCloseable {
  /** Tensors begin at an odd element of their buffer, and end before its end. */
  private static final int BEFORE = 3;

  private static final int AFTER = 2;

  final cl_context handle;
  final OpenClSession session;
  private final Deque<cl_mem> buffers = new ArrayDeque<>();

  private CallerContext(ClDevice device) {
    cl_context_properties properties = new cl_context_properties();
    properties.addProperty(CL.CL_CONTEXT_PLATFORM, device.platformId());
    cl_device_id[] devices = {device.id()};
    handle = CL.clCreateContext(properties, 1, devices, null, null, null);
    session = new OpenClSession(ClContext.of(device, handle));
  }

  static CallerContext open(ClDevice device) {
    return new CallerContext(device);
  }

  cl_mem buffer(long flags, long bytes) {
    cl_mem buffer = CL.clCreateBuffer(handle, flags, bytes, null, null);
    buffers.push(buffer);
    return buffer;
  }

  /** A tensor in a buffer, with the elements of one of the host. */
  Tensor resident(Tensor host) {
    Tensor resident = resident(host.dtype(), host.shape());
    resident.copyFrom(host);
    return resident;
  }

  /** A tensor in a buffer, with anything in it. */
  Tensor resident(DType dtype, long... shape) {
    long size = 1;
    for (long extent : shape) {
      size *= extent;
    }
    long whole = BEFORE + size + AFTER;
    cl_mem buffer = buffer(CL.CL_MEM_READ_WRITE, whole * dtype.bytes());
    return session.tensor(buffer, dtype, whole).slice(BEFORE, size).reshape(shape);
  }

  long bytesToDevice() {
    return session.context().bytesToDevice().sumThenReset();
  }

  long bytesFromDevice() {
    return session.context().bytesFromDevice().sumThenReset();
  }

  /** The caller's buffers and context outlive the session, and go when the caller lets them. */
  @Override
  public void close() {
    session.close();
    while (!buffers.isEmpty()) {
      CL.clReleaseMemObject(buffers.pop());
    }
    CL.clReleaseContext(handle);
  }
}
