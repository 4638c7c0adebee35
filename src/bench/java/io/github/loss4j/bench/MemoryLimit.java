// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.Tensor;
import io.github.loss4j.cli.BenchInputs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What no loss can beat: reads the tensors that a loss would read or, where it writes one of the
 * input's shape, copies the input into it and reads the others.
 */
final class MemoryLimit implements Peer {
  static final String LABEL = "memory";

  /** What a thread takes at a time. */
  private static final long PART = 1 << 18;

  private final Threads threads;

  MemoryLimit(int threads) {
    this.threads = new Threads(threads);
  }

  @Override
  public String label() {
    return LABEL;
  }

  @Override
  public boolean takes(BenchInputs inputs) {
    return true;
  }

  @Override
  public Computation prepare(BenchInputs inputs) {
    MemorySegment input = inputs.input().memory();
    @Nullable Tensor into = inputs.into();
    @Nullable Tensor target = inputs.operation().takesLabels() ? null : inputs.target();
    return () -> {
      double sum = into == null ? read(input) : copy(input, into.memory());
      if (target != null) {
        sum += read(target.memory());
      }
      // The sum is used, so that no compiler leaves the loops out; there is no loss.
      return sum == Double.MIN_VALUE ? 0 : Double.NaN;
    };
  }

  private double read(MemorySegment memory) {
    return each(memory, at -> sum(memory, at, Math.min(PART, memory.byteSize() - at)));
  }

  private double copy(MemorySegment from, MemorySegment to) {
    return each(
        from,
        at -> {
          MemorySegment.copy(from, at, to, at, Math.min(PART, from.byteSize() - at));
          return 0;
        });
  }

  private double each(MemorySegment memory, LongToDoubleFunction part) {
    return threads.sum(
        Math.ceilDiv(memory.byteSize(), PART), index -> part.applyAsDouble(index * PART));
  }

  /** Four sums, as one would wait for itself; the last bytes, if not a whole 32, are left out. */
  private static long sum(MemorySegment memory, long start, long length) {
    long a = 0;
    long b = 0;
    long c = 0;
    long d = 0;
    int whole = (int) length / (4 * Long.BYTES) * (4 * Long.BYTES);
    for (int at = 0; at < whole; at += 4 * Long.BYTES) {
      a += memory.get(ValueLayout.JAVA_LONG_UNALIGNED, start + at);
      b += memory.get(ValueLayout.JAVA_LONG_UNALIGNED, start + at + Long.BYTES);
      c += memory.get(ValueLayout.JAVA_LONG_UNALIGNED, start + at + 2 * Long.BYTES);
      d += memory.get(ValueLayout.JAVA_LONG_UNALIGNED, start + at + 3 * Long.BYTES);
    }
    return a + b + c + d;
  }

  @Override
  public void close() {
    threads.close();
  }
}
