// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jocl.CL;
import org.jocl.CLException;
import org.jocl.Pointer;
import org.jocl.cl_mem;
import org.jspecify.annotations.Nullable;

/**
 * Tensors as buffers of a device.
 *
 * <p>A device that computes in the host's memory uses native and mapped memory where it lies.
 * Copied are only Java arrays, which the garbage collector moves, and memory at an address that no
 * kernel may read its elements from. To other devices everything is copied.
 */
final class ClBuffers {
  private static final long ALIGNMENT = 64;

  private final ClContext context;
  private final ClTransfer transfer;
  private final Arena arena;
  private final Deque<Runnable> releases;

  /** Brings results into tensors, once the kernels have ended. */
  private final List<Runnable> results = new ArrayList<>();

  /**
   * Makes buffers for one call.
   *
   * @param arena where copies of Java arrays lie; outlives the buffers
   * @param releases gets what frees each buffer
   */
  ClBuffers(ClContext context, ClTransfer transfer, Arena arena, Deque<Runnable> releases) {
    this.context = context;
    this.transfer = transfer;
    this.arena = arena;
    this.releases = releases;
  }

  /**
   * The buffer of a tensor.
   *
   * @param in whether kernels read what the tensor has
   * @param out whether the tensor gets what kernels write
   */
  cl_mem of(Tensor tensor, boolean in, boolean out) {
    MemorySegment memory = tensor.memory();
    if (out && memory.isReadOnly()) {
      throw new IllegalArgumentException("the memory of %s is read-only".formatted(tensor));
    }
    long flags = out ? CL.CL_MEM_READ_WRITE : CL.CL_MEM_READ_ONLY;
    if (memory.byteSize() == 0) {
      return create(flags, 0, null);
    }
    if (!context.device().cpu()) {
      return uploaded(memory, flags, in, out);
    }
    long hostFlags = flags | CL.CL_MEM_USE_HOST_PTR;
    return canStay(tensor) ? inPlace(memory, hostFlags, out) : staged(memory, hostFlags, in, out);
  }

  /** The same of a tensor that may lie in the caller's own buffer, where it then stays. */
  ClView viewOf(Tensor tensor, boolean in, boolean out) {
    if (!(tensor.storage() instanceof ClStorage storage)) {
      return new ClView(of(tensor, in, out), 0);
    }
    cl_mem buffer = storage.whole().handle();
    context.device().check("clRetainMemObject", () -> CL.clRetainMemObject(buffer));
    releases.push(() -> CL.clReleaseMemObject(buffer));
    return new ClView(buffer, storage.offset() / tensor.dtype().bytes());
  }

  /** Device memory that belongs to no tensor. */
  cl_mem scratch(long bytes) {
    return create(CL.CL_MEM_READ_WRITE, bytes, null);
  }

  /** Brings what kernels wrote into the tensors. */
  void bringResults() {
    results.forEach(Runnable::run);
  }

  /** OpenCL C may not read an element from an address that is no multiple of its size. */
  private static boolean canStay(Tensor tensor) {
    MemorySegment memory = tensor.memory();
    return memory.isNative() && memory.address() % tensor.dtype().bytes() == 0;
  }

  private cl_mem inPlace(MemorySegment memory, long flags, boolean out) {
    long bytes = memory.byteSize();
    cl_mem buffer = create(flags, bytes, memory);
    if (out) {
      results.add(() -> transfer.reveal(buffer, bytes));
    }
    return buffer;
  }

  private cl_mem staged(MemorySegment memory, long flags, boolean in, boolean out) {
    long bytes = memory.byteSize();
    MemorySegment copy;
    if (in) {
      // Unlike allocate, this writes no zeros first; an arena aligns to 16 bytes unasked.
      copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, memory, ValueLayout.JAVA_BYTE, 0, bytes);
      context.bytesToDevice().add(bytes);
    } else {
      copy = arena.allocate(bytes, ALIGNMENT);
    }
    cl_mem buffer = create(flags, bytes, copy);
    if (out) {
      results.add(
          () -> {
            transfer.reveal(buffer, bytes);
            memory.copyFrom(copy);
            context.bytesFromDevice().add(bytes);
          });
    }
    return buffer;
  }

  private cl_mem uploaded(MemorySegment memory, long flags, boolean in, boolean out) {
    cl_mem buffer = create(flags, memory.byteSize(), null);
    if (in) {
      transfer.upload(memory, buffer, 0);
    }
    if (out) {
      results.add(() -> transfer.download(buffer, 0, memory));
    }
    return buffer;
  }

  private cl_mem create(long flags, long bytes, @Nullable MemorySegment host) {
    long size = Math.max(1, bytes); // OpenCL has no empty buffers
    ClDevice device = context.device();
    cl_mem buffer =
        device.check(
            "clCreateBuffer of %,d bytes".formatted(size),
            () -> {
              if (size > device.maxAllocBytes()) {
                // So the standard demands it; Oclgrind ends the process instead.
                throw new CLException("larger than the device allows", CL.CL_INVALID_BUFFER_SIZE);
              }
              Pointer memory = host == null ? null : ClTransfer.pointer(host);
              return CL.clCreateBuffer(context.handle(), flags, size, memory, null);
            });
    releases.push(() -> release(buffer, host));
    return buffer;
  }

  /** Until here a buffer keeps the memory it lies in from being freed. */
  private static void release(cl_mem buffer, @Nullable MemorySegment host) {
    try {
      CL.clReleaseMemObject(buffer);
    } finally {
      Reference.reachabilityFence(host);
    }
  }
}
