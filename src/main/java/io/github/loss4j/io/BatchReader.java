// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of several tensors together, a batch after the other, ahead of who takes them: a
 * thread reads one batch while another is computed. Memory is that of three batches, whatever the
 * number of rows. For use by one thread.
 */
public final class BatchReader implements AutoCloseable {
  private static final int BATCHES = 3;

  private final List<TensorSource> sources;
  private final BlockingQueue<List<Tensor>> free = new ArrayBlockingQueue<>(BATCHES);
  private final BlockingQueue<Outcome> read = new ArrayBlockingQueue<>(BATCHES + 1);
  private final Thread thread;
  private @Nullable List<Tensor> taken;
  private @Nullable Outcome end;

  /** A batch, or why there is none. */
  private record Outcome(@Nullable List<Tensor> memory, long rows, @Nullable Throwable failure) {
    static final Outcome END = new Outcome(null, 0, null);
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
    this.sources = List.copyOf(sources);
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

  private List<Tensor> memory(long rows) {
    List<Tensor> tensors = new ArrayList<>();
    for (TensorSource source : sources) {
      long[] shape = source.shape();
      shape[0] = rows;
      tensors.add(Tensor.allocate(source.dtype(), shape));
    }
    return tensors;
  }

  private void read(long from, long rows, long batchRows) {
    try {
      long row = from;
      for (int batches = 0; row < rows; batches++) {
        // The first touch of memory takes as long as to read it: not before it is needed.
        List<Tensor> memory = batches < BATCHES ? memory(batchRows) : free.take();
        long count = Math.min(memory.getFirst().extent(0), rows - row);
        for (int i = 0; i < sources.size(); i++) {
          sources.get(i).read(row, memory.get(i).slice(0, count));
        }
        read.put(new Outcome(memory, count, null));
        row += count;
      }
      read.put(Outcome.END);
    } catch (InterruptedException e) {
      // Closed: nobody waits any more.
      Thread.currentThread().interrupt();
    } catch (InvalidFileException | RuntimeException | Error e) {
      read.add(new Outcome(null, 0, e));
    }
  }

  /**
   * The next batch.
   *
   * @return the rows of each source, in memory that is read into again after the next call; null
   *     behind the last row
   * @throws InvalidFileException if they could not be read
   * @throws InterruptedException if the thread was interrupted while it waited
   */
  public @Nullable List<Tensor> next() throws InvalidFileException, InterruptedException {
    if (taken != null) {
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
    return taken.stream().map(tensor -> tensor.slice(0, outcome.rows())).toList();
  }

  private static void throwFailure(Throwable failure) throws InvalidFileException {
    switch (failure) {
      case InvalidFileException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  /** Stops reading; the sources are of no more use then. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
