// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_mem;

/**
 * A buffer of the caller's own, in the context of a session.
 *
 * @param session the session that it was given to
 * @param handle the caller's handle
 * @param root the driver's address of the buffer that it is a part of; its own if it is whole
 * @param origin where it begins there, in bytes
 * @param byteSize how long it is
 * @param isReadOnly whether kernels may only read it
 */
record ClBuffer(
    OpenClSession session,
    cl_mem handle,
    long root,
    long origin,
    long byteSize,
    boolean isReadOnly) {

  /**
   * Asks the driver about a buffer.
   *
   * @throws InvalidInputException if it is of another context, or kernels may not read it
   */
  static ClBuffer of(OpenClSession session, cl_mem handle) {
    ClContext context = session.context();
    if (info(context, handle, CL.CL_MEM_CONTEXT) != context.handle().getNativePointer()) {
      throw new InvalidInputException("the buffer is not of the context of this session");
    }
    long flags = info(context, handle, CL.CL_MEM_FLAGS);
    if ((flags & CL.CL_MEM_WRITE_ONLY) != 0) {
      throw new InvalidInputException(
          "the buffer is CL_MEM_WRITE_ONLY; make it CL_MEM_READ_WRITE, or leave the flag out");
    }
    long parent = info(context, handle, CL.CL_MEM_ASSOCIATED_MEMOBJECT);
    return new ClBuffer(
        session,
        handle,
        parent == 0 ? handle.getNativePointer() : parent,
        parent == 0 ? 0 : info(context, handle, CL.CL_MEM_OFFSET),
        info(context, handle, CL.CL_MEM_SIZE),
        (flags & CL.CL_MEM_READ_ONLY) != 0);
  }

  /** What the driver says of a buffer, all of which has eight bytes. */
  private static long info(ClContext context, cl_mem handle, int parameter) {
    ByteBuffer value = ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
    context
        .device()
        .check(
            "clGetMemObjectInfo",
            () -> CL.clGetMemObjectInfo(handle, parameter, Long.BYTES, Pointer.to(value), null));
    return value.getLong(0);
  }
}
