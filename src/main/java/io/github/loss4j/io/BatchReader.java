// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads or maps the rows of several tensors together, a batch after the other, ahead of who takes
 * them: a thread reads one batch while another is computed. Memory is that of three batches,
 * whatever the number of rows. For use by one thread.
 */
public final class BatchReader implements AutoCloseable {
  private static final int BATCHES = 3;

  private final List<TensorSource> sources;
  private final Mapping mapping;
  private final BlockingQueue<BatchMemory> free = new ArrayBlockingQueue<>(BATCHES);
  private final BlockingQueue<Outcome> read = new ArrayBlockingQueue<>(BATCHES + 1);
  private final Thread thread;
  private volatile boolean closed;
  private @Nullable BatchMemory taken;
  private @Nullable Outcome end;

  /** A batch, or why there is none. */
  private record Outcome(@Nullable BatchMemory memory, @Nullable Throwable failure) {
    static final Outcome END = new Outcome(null, null);
  }

  /**
   * Begins to read.
   *
   * @param sources of the same number of rows; they are this reader's until it is closed, and the
   *     caller's to close
   * @param from the first row to read
   * @param batchRows how many rows a batch has, but for the last
   * @throws InvalidInputException if the sources have different numbers of rows
   */
  public BatchReader(List<TensorSource> sources, long from, long batchRows) {
    this(sources, from, batchRows, Mapping.NONE);
  }

  /**
   * Begins to read, or to map.
   *
   * @param sources of the same number of rows; they are this reader's until it is closed, and the
   *     caller's to close
   * @param from the first row to read
   * @param batchRows how many rows a batch has, but for the last
   * @param mapping which batches of a single file are that file's pages
   * @throws InvalidInputException if the sources have different numbers of rows
   */
  public BatchReader(List<TensorSource> sources, long from, long batchRows, Mapping mapping) {
    this.sources = List.copyOf(sources);
    this.mapping = mapping;
    long rows = sources.getFirst().rows();
    for (TensorSource source : sources) {
      if (source.rows() != rows) {
        throw new InvalidInputException("%d rows do not go with %d".formatted(source.rows(), rows));
      }
    }
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("loss4j-reader")
            .start(() -> read(from, rows, Math.min(batchRows, rows - from)));
  }

  private void read(long from, long rows, long batchRows) {
    try {
      long row = from;
      for (int batches = 0; row < rows && !closed; batches++) {
        // The first touch of memory takes as long as to read it: not before it is needed.
        BatchMemory memory =
            batches < BATCHES ? new BatchMemory(sources, batchRows, mapping) : free.take();
        long count = Math.min(batchRows, rows - row);
        memory.hold(row, count);
        put(memory);
        row += count;
      }
      read.put(Outcome.END);
    } catch (InterruptedException e) {
      // Closed: nobody waits any more.
      Thread.currentThread().interrupt();
    } catch (InvalidFileException | RuntimeException | Error e) {
      read.add(new Outcome(null, e));
    }
  }

  private void put(BatchMemory memory) throws InterruptedException {
    try {
      read.put(new Outcome(memory, null));
    } catch (InterruptedException e) {
      memory.close();
      throw e;
    }
    if (closed) {
      discard();
    }
  }

  /** What nobody takes any more: by whoever of the two threads comes last. */
  private void discard() {
    for (Outcome outcome = read.poll(); outcome != null; outcome = read.poll()) {
      if (outcome.memory() != null) {
        outcome.memory().close();
      }
    }
  }

  /**
   * The next batch.
   *
   * @return the rows of each source, in memory that is of no more use after the next call; null
   *     behind the last row
   * @throws InvalidFileException if they could not be read
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  public @Nullable List<Tensor> next() throws InvalidFileException, InterruptedException {
    if (taken != null) {
      taken.close();
      free.put(taken);
      taken = null;
    }
    Outcome outcome = end == null ? read.take() : end;
    if (outcome.failure() != null) {
      end = outcome;
      throwFailure(outcome.failure());
    }
    taken = outcome.memory();
    if (taken == null) {
      end = outcome;
      return null;
    }
    return taken.tensors();
  }

  /**
   * Says why the batch that was taken could not be read where it is mapped.
   *
   * @throws InvalidFileException if it cannot be read otherwise either
   */
  public void requireReadable() throws InvalidFileException {
    if (taken != null) {
      taken.requireReadable();
    }
  }

  private static void throwFailure(Throwable failure) throws InvalidFileException {
    switch (failure) {
      case InvalidFileException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  /** Stops reading; the sources, and the batch that was taken, are of no more use then. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    discard();
    if (taken != null) {
      taken.close();
    }
  }
}
