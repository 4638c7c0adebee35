// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_command_queue;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/**
 * The buffers and launches of one piece of work, made and closed by one thread:
 *
 * <pre>{@code
 * try (ClCall call = context.call()) {
 *   cl_mem x = call.read(input);
 *   cl_mem y = call.write(output);
 *   call.run(program, "twice", new long[] {n}, null, x, y, n);
 *   call.finish();
 * }
 * }</pre>
 *
 * <p>Tensors of one call must not overlap unless all are read; memory that is read and written is
 * one {@link #update}. A lack of memory is a {@link ClOutOfMemoryException} as long as the call can
 * be repeated with less, and an {@link IllegalStateException} once an updated tensor may have
 * changed.
 */
final class ClCall implements AutoCloseable {
  private final ClDevice device;
  private final ClContext context;
  private final cl_command_queue queue;
  private final ClTransfer transfer;
  private final ClBuffers buffers;
  private final ClArguments arguments;

  /** What {@link #close} does, last first. */
  private final Deque<Runnable> releases = new ArrayDeque<>();

  /** Whether the queue is empty and nothing in it failed. */
  private boolean settled = true;

  private boolean updates;

  /** Whether an {@link #update} tensor lies where kernels write. */
  private boolean updatesInPlace;

  /** Whether an {@link #update} tensor may have changed. */
  private boolean changed;

  ClCall(ClContext context) {
    this.context = context;
    this.device = context.device();
    this.queue = context.takeQueue();
    Arena arena = Arena.ofConfined();
    releases.push(arena::close);
    releases.push(this::leaveQueue);
    this.transfer = new ClTransfer(context, queue, arena);
    releases.push(transfer::close);
    this.buffers = new ClBuffers(context, transfer, arena, releases);
    this.arguments = new ClArguments(device, arena);
  }

  /** A buffer with the elements of a tensor; kernels only read it. */
  cl_mem read(Tensor tensor) {
    return buffer(tensor, true, false);
  }

  /** A buffer whose every element kernels write; {@link #finish} brings them into the tensor. */
  cl_mem write(Tensor tensor) {
    return buffer(tensor, false, true);
  }

  /** A buffer with the elements of a tensor, which kernels change as {@link #write} does. */
  cl_mem update(Tensor tensor) {
    updates = true;
    updatesInPlace |= device.cpu();
    return buffer(tensor, true, true);
  }

  /** As {@link #read}, of a tensor that may lie in a buffer of the caller's own. */
  ClView readView(Tensor tensor) {
    return transferred(() -> buffers.viewOf(tensor, true, false));
  }

  /** As {@link #write}, of a tensor that may lie in a buffer of the caller's own. */
  ClView writeView(Tensor tensor) {
    return transferred(() -> buffers.viewOf(tensor, false, true));
  }

  /** As {@link #update}, of a tensor that may lie in a buffer of the caller's own. */
  ClView updateView(Tensor tensor) {
    updates = true;
    updatesInPlace |= device.cpu() || tensor.storage() != null;
    return transferred(() -> buffers.viewOf(tensor, true, true));
  }

  /** Device memory that is never copied; its content is undefined. */
  cl_mem scratch(long bytes) {
    return repeatable(() -> buffers.scratch(bytes));
  }

  /** Copies a range of a caller's buffer to the host. */
  void download(ClStorage from, MemorySegment host) {
    transferred(
        () -> {
          transfer.download(from.whole().handle(), from.offset(), host);
          return null;
        });
  }

  /** Copies from the host to a range of a caller's buffer. */
  void upload(MemorySegment host, ClStorage to) {
    transferred(
        () -> {
          transfer.upload(host, to.whole().handle(), to.offset());
          return null;
        });
  }

  /** Fills a buffer from pinned memory, to measure how fast that is. */
  void fill(cl_mem buffer, long bytes) {
    transferred(
        () -> {
          transfer.fill(buffer, bytes);
          return null;
        });
  }

  private cl_mem buffer(Tensor tensor, boolean in, boolean out) {
    return transferred(() -> buffers.of(tensor, in, out));
  }

  private <T extends @Nullable Object> T transferred(Supplier<T> step) {
    boolean wasSettled = settled;
    settled = false;
    T result = repeatable(step);
    settled = wasSettled; // transfers block: nothing is left in the queue
    return result;
  }

  /**
   * Starts a kernel.
   *
   * @param program from {@link ClContext#program}
   * @param entry the kernel's name
   * @param global work-items along each axis
   * @param local work-items of a work-group along each axis; null if the driver may choose
   * @param values for each parameter a {@code cl_mem}, null for a null pointer, {@link Integer},
   *     {@link Long}, {@link Float} or {@link Double}; for two, a {@link ClView}
   * @throws IllegalArgumentException if these are not what the kernel takes
   */
  void run(
      cl_program program,
      String entry,
      long[] global,
      long @Nullable [] local,
      @Nullable Object... values) {
    cl_kernel kernel =
        device.check("clCreateKernel " + entry, () -> CL.clCreateKernel(program, entry, null));
    releases.push(() -> CL.clReleaseKernel(kernel));
    arguments.set(kernel, entry, values);
    settled = false;
    int axes = global.length;
    repeatable(
        () ->
            device.check(
                "clEnqueueNDRangeKernel " + entry,
                () ->
                    CL.clEnqueueNDRangeKernel(
                        queue, kernel, axes, null, global, local, 0, null, null)));
    changed |= updatesInPlace;
  }

  /** Starts filling the view of a tensor with zeros. */
  void clear(ClView view, Tensor tensor) {
    int bytes = tensor.dtype().bytes();
    if (tensor.size() == 0) {
      return;
    }
    settled = false;
    repeatable(
        () ->
            device.check(
                "clEnqueueFillBuffer",
                () ->
                    CL.clEnqueueFillBuffer(
                        queue,
                        view.buffer(),
                        Pointer.to(new byte[bytes]),
                        bytes,
                        view.first() * bytes,
                        tensor.size() * bytes,
                        0,
                        null,
                        null)));
    changed |= updatesInPlace;
  }

  /** Waits until all is done, and brings what was written into the tensors. */
  void finish() {
    repeatable(this::awaitQueue);
    changed |= updates;
    repeatable(
        () -> {
          buffers.bringResults();
          return awaitQueue();
        });
    settled = true;
  }

  private int awaitQueue() {
    return device.check("clFinish", () -> CL.clFinish(queue));
  }

  private <T extends @Nullable Object> T repeatable(Supplier<T> step) {
    try {
      return step.get();
    } catch (ClOutOfMemoryException e) {
      throw changed ? new IllegalStateException(e.getMessage(), e) : e;
    }
  }

  /** A queue in which something failed may fail for ever: the next call gets another. */
  private void leaveQueue() {
    if (settled) {
      context.giveQueue(queue);
    } else {
      CL.clReleaseCommandQueue(queue);
    }
  }

  /** Releases everything, first waiting for what still runs. Closing twice does nothing. */
  @Override
  public void close() {
    if (!settled && !releases.isEmpty()) {
      // The driver may still use the memory that is about to be freed.
      releases.push(this::awaitQueue);
    }
    @Nullable RuntimeException first = null;
    while (!releases.isEmpty()) {
      try {
        releases.pop().run();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
