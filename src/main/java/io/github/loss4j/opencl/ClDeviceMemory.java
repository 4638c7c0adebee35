// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.DeviceMemory;
import org.jocl.cl_mem;
import org.jocl.cl_program;
import org.jspecify.annotations.Nullable;

/** A device's memory, read and copied by kernels/memory.cl. */
final class ClDeviceMemory implements DeviceMemory {
  /** Work-items per compute unit: loops on a CPU, and enough to hide a GPU's latencies. */
  private static final int ITEMS_OF_CPU = 8;

  private static final int ITEMS_OF_GPU = 2048;

  /** The vectors that an item reads at a time. */
  private static final int PLACES = 4;

  private final ClContext context;
  private final ClCall call;
  private final cl_program program;
  private final long items;
  private final long vectors;
  private final long span;
  private final long step;
  private final long @Nullable [] group;
  private final cl_mem from;
  private final cl_mem to;
  private final cl_mem sums;
  private final long bytes;

  ClDeviceMemory(ClContext context, long bytes) {
    this.context = context;
    ClDevice device = context.device();
    boolean cpu = device.cpu();
    int vectorBytes = cpu ? 64 : 16;
    items = (long) device.computeUnits() * (cpu ? ITEMS_OF_CPU : ITEMS_OF_GPU);
    long sumBytes = items * vectorBytes;
    long least = PLACES * sumBytes;
    this.bytes = Math.max(least, Math.min(bytes, device.maxAllocBytes()) / least * least);
    vectors = this.bytes / vectorBytes;
    span = cpu ? vectors / items : 1;
    step = cpu ? 1 : items;
    // Left to itself a CPU's driver may make one group of all, which one thread does.
    group = cpu ? new long[] {1} : null;
    program = context.program("memory.cl", "-DVECTOR=uint" + vectorBytes / Integer.BYTES);
    call = context.call();
    from = call.scratch(this.bytes);
    to = call.scratch(this.bytes);
    sums = call.scratch(sumBytes);
    // Memory that was never written may be one page of zeros, which is read from the cache.
    run("copy_memory", to, from);
    copy();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void read() {
    run("read_memory", from, sums);
  }

  @Override
  public void copy() {
    run("copy_memory", from, to);
  }

  private void run(String entry, cl_mem source, cl_mem into) {
    call.run(program, entry, new long[] {items}, group, source, vectors, span, step, into);
    call.finish();
  }

  @Override
  public boolean isSeparate() {
    return !context.device().cpu();
  }

  @Override
  public void upload() {
    call.fill(to, bytes);
  }

  @Override
  public void close() {
    call.close();
  }
}
