// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.DType;
import io.github.loss4j.DeviceMemory;
import io.github.loss4j.LossSession;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures operations on one device, each in turn with the limits of its memory: a machine that is
 * slow for a moment is slow for both.
 */
final class BenchRun implements AutoCloseable {
  /** So much that no cache holds it. */
  private static final long LIMIT_BYTES = 1L << 29;

  private static final double BYTES_PER_GB = 1e9;

  private final LossSession session;
  private final DeviceMemory memory;
  private final long warmUpNanos;
  private final int rounds;
  private final Consumer<BenchReport.Result> listener;
  private final List<Double> reads = new ArrayList<>();
  private final List<Double> copies = new ArrayList<>();
  private final List<Double> uploads = new ArrayList<>();
  private final List<BenchReport.Result> results = new ArrayList<>();

  /**
   * Measures nothing yet.
   *
   * @param warmUpNanos how long each is computed before it is measured, at least once
   * @param rounds how often each is measured
   * @param listener told of each result
   */
  BenchRun(
      LossSession session, long warmUpNanos, int rounds, Consumer<BenchReport.Result> listener) {
    this.session = session;
    this.warmUpNanos = warmUpNanos;
    this.rounds = rounds;
    this.listener = listener;
    memory = session.memory(LIMIT_BYTES);
  }

  void measure(BenchOperation operation, boolean backward, DType dtype, BenchShape shape) {
    try (Arena arena = Arena.ofShared()) {
      BenchInputs inputs = BenchInputs.allocate(arena, operation, backward, dtype, shape);
      List<Double> times = new ArrayList<>();
      List<Double> limits = new ArrayList<>();
      boolean copied = inputs.into() != null;
      double bytes = inputs.bytes();
      long start = System.nanoTime();
      do {
        inputs.run(session);
      } while (System.nanoTime() - start < warmUpNanos);
      for (int round = 0; round < rounds; round++) {
        double read = seconds(memory::read) / memory.bytes();
        double copy = seconds(memory::copy) / (2.0 * memory.bytes());
        reads.add(read);
        copies.add(copy);
        if (memory.isSeparate()) {
          uploads.add(seconds(memory::upload) / memory.bytes());
        }
        limits.add(bytes * (copied ? copy : read));
        times.add(seconds(() -> inputs.run(session)));
      }
      add(operation, backward, dtype, shape, Median.of(times), bytes, Median.of(limits));
    }
  }

  private void add(
      BenchOperation operation,
      boolean backward,
      DType dtype,
      BenchShape shape,
      double seconds,
      double bytes,
      double limit) {
    BenchReport.Result result =
        new BenchReport.Result(
            session.backend(),
            operation.label(),
            backward ? "forward_backward" : "forward",
            dtype.name(),
            shape.toString(),
            shape.rows(),
            shape.classes(),
            seconds,
            bytes / seconds / BYTES_PER_GB,
            limit / seconds);
    results.add(result);
    listener.accept(result);
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  BenchReport report() {
    BenchReport.Limits limits =
        new BenchReport.Limits(
            1 / Median.of(reads) / BYTES_PER_GB,
            1 / Median.of(copies) / BYTES_PER_GB,
            uploads.isEmpty() ? null : Double.valueOf(1 / Median.of(uploads) / BYTES_PER_GB));
    return new BenchReport(session.device(), limits, results);
  }

  @Override
  public void close() {
    memory.close();
  }
}
