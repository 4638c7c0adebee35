// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.Tensor;
import io.github.loss4j.io.BatchReader;
import io.github.loss4j.io.InvalidFileException;
import io.github.loss4j.io.Mapping;
import io.github.loss4j.io.TensorSource;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The open files of an evaluation: logits, targets and, where there are some, segments. */
final class EvalSources implements AutoCloseable {
  /** Enough to keep every core or a GPU busy, little enough for three batches in memory. */
  private static final long BATCH_BYTES = 64L << 20;

  private final List<TensorSource> sources = new ArrayList<>();

  /**
   * Opens files.
   *
   * @param names of each source, its files; none for no segments
   */
  EvalSources(List<List<String>> names) throws InvalidFileException {
    if (names.stream().filter(files -> files.contains("-")).count() > 1) {
      throw new UsageException(
          "the standard input can be only one of logits, targets and segments");
    }
    try {
      for (List<String> files : names) {
        if (!files.isEmpty()) {
          sources.add(TensorSource.open(files, System.in));
        }
      }
    } catch (InvalidFileException | RuntimeException e) {
      try (this) {
        throw e;
      }
    }
  }

  private TensorSource logits() {
    return sources.getFirst();
  }

  private TensorSource targets() {
    return sources.get(1);
  }

  boolean haveLabels() {
    return targets().dtype().isInteger();
  }

  /** How many classes the logits have; 0 if they have no axis for them, which the loss refuses. */
  int classes() {
    long[] shape = logits().shape();
    return shape.length == 0
        ? 0
        : (int) Math.min(shape[Math.min(1, shape.length - 1)], Integer.MAX_VALUE);
  }

  /** The rows of the loss, of which an index of the first axis may have several. */
  long rows() {
    long size = 1;
    for (long extent : logits().shape()) {
      size *= extent;
    }
    return classes() == 0 ? 0 : size / classes();
  }

  long bytes() {
    return logits().byteSize();
  }

  /** How many rows an index of the first axis has. */
  long rowsPerIndex() {
    return Math.max(1, rows() / Math.max(1, logits().rows()));
  }

  /**
   * Whether there is a first axis to divide. Types and shapes that a session refuses are not
   * divided either: its refusal then names the shapes that the caller knows.
   */
  boolean divisible() {
    long[] shape = logits().shape();
    if (shape.length < 2 || rows() == 0 || !logits().dtype().isFloating()) {
      return false;
    }
    long[] rowShape =
        IntStream.range(0, shape.length)
            .filter(axis -> axis != 1)
            .mapToLong(axis -> shape[axis])
            .toArray();
    boolean likeRows =
        sources.stream().skip(1).allMatch(source -> Arrays.equals(source.shape(), rowShape));
    return likeRows || (sources.size() == 2 && Arrays.equals(targets().shape(), shape));
  }

  /** Reads batches, from an index of the first axis on, or maps them. */
  BatchReader batches(long from, Mapping mapping) {
    long bytes = Math.max(1, logits().byteSize() / logits().rows());
    return new BatchReader(sources, from, Math.max(1, BATCH_BYTES / bytes), mapping);
  }

  /** All of it as it is. */
  List<Tensor> all(Arena arena) throws InvalidFileException {
    List<Tensor> all = new ArrayList<>();
    for (TensorSource source : sources) {
      all.add(source.all(arena));
    }
    return all;
  }

  @Override
  public void close() throws InvalidFileException {
    for (TensorSource source : sources) {
      source.close();
    }
  }
}
