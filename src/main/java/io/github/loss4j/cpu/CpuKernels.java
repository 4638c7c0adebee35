// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.DeviceMemory;
import io.github.loss4j.host.MatrixProduct;
import io.github.loss4j.host.RowKernels;
import io.github.loss4j.host.Rows;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The kernels in Java, with the rows shared out among threads. */
final class CpuKernels implements RowKernels {
  /** A batch of rows that is worth a thread's trouble has this many elements. */
  private static final long BATCH_ELEMENTS = 1 << 16;

  /** So few are done before vector loops have got their memory. */
  private static final long FEW_ELEMENTS = 1 << 10;

  private final int threads;
  private final Loops loops;
  private final ExecutorService executor;

  CpuKernels(int threads, Loops loops) {
    this.threads = threads;
    this.loops = loops;
    this.executor =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("loss4j-", 0).factory());
  }

  @Override
  public boolean supports(DType arithmetic) {
    return true;
  }

  @Override
  public long maxInputBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public void labels(LabelRows task) {
    Arithmetic arithmetic = arithmetic(task.losses().dtype(), task.rows().size());
    run(task.rows(), () -> RowTask.of(task, arithmetic));
  }

  @Override
  public void probabilities(ProbabilityRows task) {
    Arithmetic arithmetic = arithmetic(task.losses().dtype(), task.rows().size());
    run(task.rows(), () -> RowTask.of(task, arithmetic));
  }

  @Override
  public void elements(Elements task) {
    Arithmetic arithmetic = Arithmetic.of(task.losses().dtype());
    run(new Rows(task.count(), 1, 1), () -> new ElementTask(task, arithmetic));
  }

  @Override
  public void normalize(Normalize task) {
    Arithmetic arithmetic = arithmetic(task.arithmetic(), task.rows().size());
    run(task.rows(), () -> new NormalizeRow(task, arithmetic));
  }

  @Override
  public void normalizeGradient(NormalizeGradient task) {
    Arithmetic arithmetic = arithmetic(task.arithmetic(), task.rows().size());
    run(task.rows(), () -> new NormalizeGradientRow(task, arithmetic));
  }

  @Override
  public void multiply(MatrixProduct task) {
    Arithmetic arithmetic = Arithmetic.of(task.arithmetic());
    run(MatrixProductTile.tiles(task), () -> new MatrixProductTile(task, arithmetic));
  }

  @Override
  public DeviceMemory memory(long bytes) {
    return new CpuDeviceMemory(this, bytes);
  }

  @Override
  public void close() {
    executor.close();
  }

  private Arithmetic arithmetic(DType dtype, long elements) {
    boolean vectors =
        switch (loops) {
          case PLAIN -> false;
          case VECTOR -> true;
          case VECTOR_WHEN_WORTHWHILE ->
              elements > FEW_ELEMENTS && PlainTime.isEnough(elements / threads);
        };
    return vectors ? Arithmetic.withVectors(dtype) : Arithmetic.of(dtype);
  }

  /** Computes every row once; a small piece stays on the caller's thread. */
  void run(Rows rows, Supplier<RowTask> task) {
    long batch = Math.max(1, BATCH_ELEMENTS / rows.classes());
    if (rows.count() <= batch) {
      long start = System.nanoTime();
      task.get().compute(0, rows.count());
      PlainTime.add(System.nanoTime() - start);
      return;
    }
    AtomicLong next = new AtomicLong();
    Runnable worker =
        () -> {
          RowTask rowTask = task.get();
          for (long from = next.getAndAdd(batch);
              from < rows.count();
              from = next.getAndAdd(batch)) {
            rowTask.compute(from, Math.min(rows.count(), from + batch));
          }
        };
    long workers = Math.min(threads, (rows.count() + batch - 1) / batch);
    CompletableFuture<?>[] others =
        Stream.generate(() -> CompletableFuture.runAsync(worker, executor))
            .limit(workers - 1)
            .toArray(CompletableFuture<?>[]::new);
    long start = System.nanoTime();
    // A worker may still write to the caller's memory when another has failed: wait for all.
    try {
      worker.run();
    } finally {
      CompletableFuture.allOf(others).join();
      PlainTime.add(System.nanoTime() - start);
    }
  }
}
