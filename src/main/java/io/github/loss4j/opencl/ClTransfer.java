// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_command_queue;
import org.jocl.cl_mem;
import org.jspecify.annotations.Nullable;

/**
 * Copies between host memory of any kind and a device's buffers.
 *
 * <p>Transfers block: in JOCL one that is pending costs a thread. They go in slices, because JOCL
 * takes byte buffers, which hold less than 2 GiB, and because Java arrays pass through a small
 * direct buffer: JOCL would otherwise stop the garbage collector for as long as the copy takes. To
 * and from a memory of the device's own all pass through pinned memory; what this costs is done
 * while other calls transfer and compute.
 */
final class ClTransfer implements AutoCloseable {
  private static final long SLICE = 1L << 30;
  private static final long STAGED_SLICE = 1L << 25;

  private final ClContext context;
  private final cl_command_queue queue;
  private final Arena arena;
  private final boolean pins;
  private @Nullable MemorySegment staging;
  private @Nullable ClPinned pinned;

  /**
   * Copies through a queue.
   *
   * @param arena where the direct buffer for Java arrays is allocated, if one is needed
   */
  ClTransfer(ClContext context, cl_command_queue queue, Arena arena) {
    this.context = context;
    this.queue = queue;
    this.arena = arena;
    this.pins = !context.device().cpu();
  }

  /**
   * Fills a range of a buffer from the host.
   *
   * @param from where the range begins
   */
  void upload(MemorySegment source, cl_mem target, long from) {
    long step = step(source);
    for (long offset = 0; offset < source.byteSize(); offset += step) {
      long start = from + offset;
      long size = Math.min(step, source.byteSize() - offset);
      MemorySegment part = source.asSlice(offset, size);
      Pointer host = pointer(isDirect(part) ? part : staging(size).copyFrom(part));
      context
          .device()
          .check(
              "clEnqueueWriteBuffer",
              () -> CL.clEnqueueWriteBuffer(queue, target, true, start, size, host, 0, null, null));
    }
    context.bytesToDevice().add(source.byteSize());
  }

  /** Fills a buffer with anything that comes from pinned memory: as fast as the bus is. */
  void fill(cl_mem target, long bytes) {
    Pointer host = pointer(pinned().memory());
    for (long offset = 0; offset < bytes; offset += ClPinned.BYTES) {
      long start = offset;
      long size = Math.min(ClPinned.BYTES, bytes - offset);
      context
          .device()
          .check(
              "clEnqueueWriteBuffer",
              () -> CL.clEnqueueWriteBuffer(queue, target, true, start, size, host, 0, null, null));
    }
    context.bytesToDevice().add(bytes);
  }

  /**
   * Copies a range of a buffer to the host.
   *
   * @param from where the range begins
   */
  void download(cl_mem source, long from, MemorySegment target) {
    long step = step(target);
    for (long offset = 0; offset < target.byteSize(); offset += step) {
      long start = from + offset;
      long size = Math.min(step, target.byteSize() - offset);
      MemorySegment part = target.asSlice(offset, size);
      MemorySegment landing = isDirect(part) ? part : staging(size);
      Pointer to = pointer(landing);
      context
          .device()
          .check(
              "clEnqueueReadBuffer",
              () -> CL.clEnqueueReadBuffer(queue, source, true, start, size, to, 0, null, null));
      if (!isDirect(part)) {
        part.copyFrom(landing);
      }
    }
    context.bytesFromDevice().add(target.byteSize());
  }

  /**
   * Makes what kernels wrote into a buffer that lies in host memory visible there: without a map
   * the standard promises nothing, even where it is the same memory.
   */
  void reveal(cl_mem buffer, long bytes) {
    for (long offset = 0; offset < bytes; offset += SLICE) {
      long start = offset;
      long size = Math.min(SLICE, bytes - offset);
      ByteBuffer mapped =
          context
              .device()
              .check(
                  "clEnqueueMapBuffer",
                  () ->
                      CL.clEnqueueMapBuffer(
                          queue, buffer, true, CL.CL_MAP_READ, start, size, 0, null, null, null));
      context
          .device()
          .check(
              "clEnqueueUnmapMemObject",
              () -> CL.clEnqueueUnmapMemObject(queue, buffer, mapped, 0, null, null));
    }
  }

  /** Whether the driver itself copies from or to the memory. */
  private boolean isDirect(MemorySegment memory) {
    return memory.isNative() && !pins;
  }

  private long step(MemorySegment memory) {
    return isDirect(memory) ? SLICE : pins ? ClPinned.BYTES : STAGED_SLICE;
  }

  private MemorySegment staging(long size) {
    if (staging == null || staging.byteSize() < size) {
      staging = pins ? pinned().memory() : arena.allocate(size, 64);
    }
    return staging.asSlice(0, size);
  }

  private ClPinned pinned() {
    if (pinned == null) {
      pinned = context.takePinned(queue);
    }
    return pinned;
  }

  /** Gives back what it took, when nothing is in the queue. */
  @Override
  public void close() {
    if (pinned != null) {
      context.givePinned(pinned);
      pinned = null;
    }
  }

  /** The address of native memory, read-only or not; JOCL ignores the length. */
  static Pointer pointer(MemorySegment memory) {
    return Pointer.to(memory.asSlice(0, Math.min(memory.byteSize(), SLICE)).asByteBuffer());
  }
}
