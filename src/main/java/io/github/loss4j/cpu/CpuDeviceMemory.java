// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DeviceMemory;
import io.github.loss4j.host.Rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;

/** The host's memory, read and copied by the threads that compute. */
final class CpuDeviceMemory implements DeviceMemory {
  /** What a thread reads at a time. */
  private static final long PAGE = 1 << 20;

  private final CpuKernels kernels;
  private final Arena arena = Arena.ofShared();
  private final long pages;
  private final MemorySegment from;
  private final MemorySegment to;

  /** Where sums go, so that no compiler leaves them out. */
  private final AtomicLong sum = new AtomicLong();

  CpuDeviceMemory(CpuKernels kernels, long bytes) {
    this.kernels = kernels;
    pages = Math.ceilDiv(bytes, PAGE);
    from = arena.allocate(pages * PAGE, Long.BYTES).fill((byte) 1);
    to = arena.allocate(pages * PAGE, Long.BYTES).fill((byte) 2);
  }

  @Override
  public long bytes() {
    return pages * PAGE;
  }

  @Override
  public void read() {
    forEachPage(page -> sum.addAndGet(sum(from, page * PAGE)));
  }

  @Override
  public void copy() {
    forEachPage(page -> MemorySegment.copy(from, page * PAGE, to, page * PAGE, PAGE));
  }

  private void forEachPage(RowTask task) {
    kernels.run(new Rows(pages, (int) PAGE, 1), PAGE, () -> task);
  }

  /**
   * Four sums, as one would wait for itself, of the quarters of a page: a processor fetches ahead
   * within one of the system's pages, and more when it reads in several.
   */
  private static long sum(MemorySegment memory, long start) {
    MemorySegment page = memory.asSlice(start, PAGE);
    int quarter = (int) PAGE / 4;
    long a = 0;
    long b = 0;
    long c = 0;
    long d = 0;
    for (int at = 0; at < quarter; at += Long.BYTES) {
      a += page.get(ValueLayout.JAVA_LONG, at);
      b += page.get(ValueLayout.JAVA_LONG, at + quarter);
      c += page.get(ValueLayout.JAVA_LONG, at + 2 * quarter);
      d += page.get(ValueLayout.JAVA_LONG, at + 3 * quarter);
    }
    return a + b + c + d;
  }

  @Override
  public boolean isSeparate() {
    return false;
  }

  @Override
  public void upload() {
    throw new UnsupportedOperationException("the memory is the host's");
  }

  @Override
  public void close() {
    arena.close();
  }
}
