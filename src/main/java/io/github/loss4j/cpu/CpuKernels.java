// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.DeviceMemory;
import io.github.loss4j.host.ClassKernel;
import io.github.loss4j.host.ElementKernel;
import io.github.loss4j.host.MatrixProduct;
import io.github.loss4j.host.RowKernels;
import io.github.loss4j.host.Rows;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The kernels in Java, with the rows shared out among threads. */
final class CpuKernels implements RowKernels {
  /** A batch of plain loops that is worth a thread's trouble has so many elements. */
  private static final long PLAIN_BATCH = 1 << 16;

  /** One of vector loops. */
  private static final long VECTOR_BATCH = 1 << 18;

  /** One of the host's work. */
  private static final long WORK_BATCH = 1 << 17;

  /** So few are done before vector loops have got their memory. */
  private static final long FEW_ELEMENTS = 1 << 10;

  /** Each has loops of its own, which are compiled when they are first needed. */
  private static final PlainTime LABELS = new PlainTime(4);

  private static final PlainTime PROBABILITIES = new PlainTime(10);
  private static final PlainTime NORMALIZATIONS = new PlainTime(10);
  private static final Map<ElementKernel, PlainTime> ELEMENTS = new ConcurrentHashMap<>();

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
    Rows work = work(task);
    Arithmetic arithmetic = arithmetic(LABELS, task.losses().dtype(), work.size());
    run(LABELS, arithmetic, work, () -> RowTask.of(task, arithmetic));
  }

  /** The rows, as long as what is read of them: NLL reads one element of each. */
  private static Rows work(LabelRows task) {
    boolean gathers =
        task.kernel() == ClassKernel.OfLabels.NLL
            && task.gradient() == null
            && task.correct() == null;
    return gathers ? new Rows(task.rows().count(), 1, 1) : task.rows();
  }

  @Override
  public void probabilities(ProbabilityRows task) {
    Arithmetic arithmetic = arithmetic(PROBABILITIES, task.losses().dtype(), task.rows().size());
    run(PROBABILITIES, arithmetic, task.rows(), () -> RowTask.of(task, arithmetic));
  }

  @Override
  public void elements(Elements task) {
    PlainTime time = ELEMENTS.computeIfAbsent(task.kernel(), kernel -> new PlainTime(60));
    Arithmetic arithmetic = arithmetic(time, task.losses().dtype(), task.count());
    run(time, arithmetic, ElementTask.blocks(task), () -> RowTask.of(task, arithmetic));
  }

  @Override
  public void normalize(Normalize task) {
    Arithmetic arithmetic = arithmetic(NORMALIZATIONS, task.arithmetic(), task.rows().size());
    run(NORMALIZATIONS, arithmetic, task.rows(), () -> new NormalizeRow(task, arithmetic));
  }

  @Override
  public void normalizeGradient(NormalizeGradient task) {
    Arithmetic arithmetic = arithmetic(NORMALIZATIONS, task.arithmetic(), task.rows().size());
    run(NORMALIZATIONS, arithmetic, task.rows(), () -> new NormalizeGradientRow(task, arithmetic));
  }

  @Override
  public void multiply(MatrixProduct task) {
    Arithmetic arithmetic = Arithmetic.of(task.arithmetic());
    run(MatrixProductTile.tiles(task), PLAIN_BATCH, () -> new MatrixProductTile(task, arithmetic));
  }

  @Override
  public void shareOut(long count, Work work) {
    run(new Rows(count, 1, 1), WORK_BATCH, () -> new WorkTask(work));
  }

  @Override
  public DeviceMemory memory(long bytes) {
    return new CpuDeviceMemory(this, bytes);
  }

  @Override
  public void close() {
    executor.close();
  }

  private Arithmetic arithmetic(PlainTime time, DType dtype, long elements) {
    boolean vectors =
        switch (loops) {
          case PLAIN -> false;
          case VECTOR -> true;
          case VECTOR_WHEN_WORTHWHILE ->
              elements > FEW_ELEMENTS && time.isEnough(elements / threads);
        };
    return vectors ? Arithmetic.withVectors(dtype) : Arithmetic.of(dtype);
  }

  private void run(PlainTime time, Arithmetic arithmetic, Rows rows, Supplier<RowTask> task) {
    long start = System.nanoTime();
    run(rows, arithmetic.hasVectors() ? VECTOR_BATCH : PLAIN_BATCH, task);
    time.add(System.nanoTime() - start);
  }

  /**
   * Computes every row once; a single batch stays on the caller's thread.
   *
   * @param batchElements how many elements a thread takes at a time
   */
  void run(Rows rows, long batchElements, Supplier<RowTask> task) {
    long batch = Math.max(1, batchElements / rows.classes());
    if (rows.count() <= batch) {
      RowTask all = task.get();
      all.compute(0, rows.count());
      all.finish();
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
          rowTask.finish();
        };
    long workers = Math.min(threads, (rows.count() + batch - 1) / batch);
    CompletableFuture<?>[] others =
        Stream.generate(() -> CompletableFuture.runAsync(worker, executor))
            .limit(workers - 1)
            .toArray(CompletableFuture<?>[]::new);
    // A worker may still write to the caller's memory when another has failed: wait for all.
    try {
      worker.run();
    } finally {
      CompletableFuture.allOf(others).join();
    }
  }
}
