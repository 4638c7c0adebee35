// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.Tensor;
import io.github.loss4j.cli.BenchInputs;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.function.LongToDoubleFunction;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * What no loss can beat: reads the tensors that a loss would read or, where it writes one of the
 * input's shape, copies the input into it and reads the others.
 */
final class MemoryLimit implements Peer {
  static final String LABEL = "memory";

  /** What a thread takes at a time. */
  private static final long PART = 1 << 18;

  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

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

  /**
   * Four sums, as one would wait for itself, of the quarters of a part: a processor fetches ahead
   * within one of the system's pages, and more when it reads in several. What is no whole vector in
   * each is left out.
   */
  private static long sum(MemorySegment memory, long start, long length) {
    MemorySegment part = memory.asSlice(start, length);
    IntVector a = IntVector.zero(INTS);
    IntVector b = a;
    IntVector c = a;
    IntVector d = a;
    int vector = INTS.vectorByteSize();
    int quarter = (int) length / (4 * vector) * vector;
    for (int at = 0; at < quarter; at += vector) {
      a = a.add(vector(part, at));
      b = b.add(vector(part, at + quarter));
      c = c.add(vector(part, at + 2 * quarter));
      d = d.add(vector(part, at + 3 * quarter));
    }
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }

  private static IntVector vector(MemorySegment memory, int at) {
    return IntVector.fromMemorySegment(INTS, memory, at, ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {
    threads.close();
  }
}
