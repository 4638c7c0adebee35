// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.cli.BenchInputs;
import io.github.loss4j.cli.BenchOperation;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What loss4j would be without its promise of the same bits: cross-entropy of F32 rows with the
 * maximum subtracted, summed in whatever order suits the processor.
 */
final class AnyOrderPeer implements Peer {
  static final String LABEL = "any order";

  /** A part has so many elements, if its rows do not have more. */
  private static final long PART = 1 << 16;

  private final Threads threads;

  AnyOrderPeer(int threads) {
    this.threads = new Threads(threads);
  }

  @Override
  public String label() {
    return LABEL;
  }

  @Override
  public boolean takes(BenchInputs inputs) {
    return inputs.operation() == BenchOperation.CROSS_ENTROPY
        && inputs.input().dtype() == DType.F32
        && inputs.input().rank() == 2;
  }

  @Override
  public Computation prepare(BenchInputs inputs) {
    long rows = inputs.shape().rows();
    int classes = (int) inputs.shape().classes();
    long rowsOfPart = Math.max(1, PART / classes);
    MemorySegment logits = inputs.input().memory();
    Tensor labels = Objects.requireNonNull(inputs.target());
    @Nullable Tensor into = inputs.into();
    return () -> {
      double sum =
          threads.sum(
              Math.ceilDiv(rows, rowsOfPart),
              part -> {
                AnyOrderRow row = new AnyOrderRow(logits, classes);
                double losses = 0;
                long end = Math.min(rows, (part + 1) * rowsOfPart);
                for (long at = part * rowsOfPart; at < end; at++) {
                  int label = (int) labels.getLong(at);
                  losses += row.loss(at, label);
                  if (into != null) {
                    row.gradient(at, label, into.memory(), 1f / rows);
                  }
                }
                return losses;
              });
      return sum / rows;
    };
  }

  @Override
  public void close() {
    threads.close();
  }
}
