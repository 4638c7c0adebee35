// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.DeviceMemory;
import io.github.loss4j.cpu.LoopChoice.Kind;
import io.github.loss4j.host.ClassKernel;
import io.github.loss4j.host.MatrixProduct;
import io.github.loss4j.host.RowKernels;
import io.github.loss4j.host.Rows;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
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

  /** So many F32 come from memory together. */
  private static final int LINE = 16;

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
    Object kernel = task.parameters().smoothing() == null ? task.kernel() : SmoothedRow.class;
    Rows work = work(task);
    run(
        new Kind(kernel, task.input().dtype(), task.gradient() != null, Layout.of(work)),
        work,
        task.losses().dtype(),
        arithmetic -> RowTask.of(task, arithmetic));
  }

  /** The rows, as long as what is read of them: of each NLL reads one element, and its line. */
  private static Rows work(LabelRows task) {
    boolean gathers =
        task.kernel() == ClassKernel.OfLabels.NLL
            && task.gradient() == null
            && task.correct() == null;
    return gathers
        ? new Rows(task.rows().count(), Math.min(task.rows().classes(), LINE), 1)
        : task.rows();
  }

  @Override
  public void probabilities(ProbabilityRows task) {
    boolean withGradient = task.gradient() != null || task.targetGradient() != null;
    run(
        new Kind(task.kernel(), task.input().dtype(), withGradient, Layout.of(task.rows())),
        task.rows(),
        task.losses().dtype(),
        arithmetic -> RowTask.of(task, arithmetic));
  }

  @Override
  public void elements(Elements task) {
    boolean withGradient = task.gradient() != null || task.targetGradient() != null;
    DType input = task.input().tensor().dtype();
    Rows blocks = ElementTask.blocks(task);
    run(
        new Kind(task.kernel(), input, withGradient, Layout.of(blocks)),
        blocks,
        task.losses().dtype(),
        arithmetic -> RowTask.of(task, arithmetic));
  }

  @Override
  public void normalize(Normalize task) {
    run(
        new Kind(NormalizeRow.class, task.input().dtype(), false, Layout.of(task.rows())),
        task.rows(),
        task.arithmetic(),
        arithmetic -> arithmetic.normalize(task));
  }

  @Override
  public void normalizeGradient(NormalizeGradient task) {
    run(
        new Kind(NormalizeRow.class, task.input().dtype(), true, Layout.of(task.rows())),
        task.rows(),
        task.arithmetic(),
        arithmetic -> arithmetic.normalizeGradient(task));
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

  private void run(Kind kind, Rows rows, DType dtype, Function<Arithmetic, RowTask> tasks) {
    Supplier<RowTask> plain = () -> tasks.apply(Arithmetic.of(dtype));
    if (!mayHaveVectors(rows, dtype)) {
      run(rows, PLAIN_BATCH, plain);
      return;
    }
    Supplier<RowTask> vectors =
        () -> {
          Inlining.ask();
          return tasks.apply(Arithmetic.withVectors(dtype));
        };
    if (loops == Loops.VECTOR) {
      run(rows, VECTOR_BATCH, vectors);
      return;
    }
    LoopChoice choice = LoopChoice.of(kind);
    if (choice.isOfVectors()) {
      run(rows, VECTOR_BATCH, vectors);
    } else {
      run(rows, PLAIN_BATCH, () -> new TriedTask(choice, rows, plain.get(), vectors));
    }
  }

  private boolean mayHaveVectors(Rows rows, DType dtype) {
    return switch (loops) {
      case PLAIN -> false;
      case VECTOR -> Arithmetic.withVectors(dtype).hasVectors();
      case VECTOR_WHEN_FASTER ->
          rows.size() > FEW_ELEMENTS && Arithmetic.withVectors(dtype).hasVectors();
    };
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
      await(others);
    }
  }

  /** Fails with what one of them failed with. */
  private static void await(CompletableFuture<?>[] workers) {
    try {
      CompletableFuture.allOf(workers).join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    }
  }
}
