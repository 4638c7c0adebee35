// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import io.github.loss4j.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one batch of several sources lies in: memory that is read into again and again, or the pages
 * of the files themselves, mapped for as long as the batch is at work.
 */
final class BatchMemory implements AutoCloseable {
  /** Less is sooner read. */
  private static final long WORTH_MAPPING = 1L << 20;

  private final List<TensorSource> sources;
  private final long rows;
  private final Mapping mapping;
  private final @Nullable Tensor[] buffers;
  private final BitSet mapped = new BitSet();
  private List<Tensor> tensors = List.of();
  private @Nullable Arena arena;
  private long first;
  private long count;

  /**
   * For batches of some sources.
   *
   * @param rows how many a batch has at most
   * @param mapping which files are mapped, where they can be
   */
  BatchMemory(List<TensorSource> sources, long rows, Mapping mapping) {
    this.sources = sources;
    this.rows = rows;
    this.mapping = mapping;
    buffers = new Tensor[sources.size()];
  }

  /** Holds other rows from now on; none if it fails. */
  void hold(long newFirst, long newCount) throws InvalidFileException {
    close();
    first = newFirst;
    count = newCount;
    arena = mapping == Mapping.NONE ? null : Arena.ofShared();
    mapped.clear();
    try {
      List<Tensor> held = new ArrayList<>();
      for (int i = 0; i < sources.size(); i++) {
        Tensor tensor = arena == null ? null : map(sources.get(i), arena);
        mapped.set(i, tensor != null);
        held.add(tensor == null ? read(i) : tensor);
      }
      tensors = held;
    } catch (InvalidFileException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private @Nullable Tensor map(TensorSource source, Arena owner) {
    return source.byteSize() / source.rows() * count < WORTH_MAPPING
        ? null
        : source.map(first, count, mapping, owner);
  }

  private Tensor read(int source) throws InvalidFileException {
    Tensor buffer = buffers[source];
    if (buffer == null) {
      buffer = allocate(source, rows);
      buffers[source] = buffer;
    }
    Tensor tensor = buffer.slice(0, count);
    sources.get(source).read(first, tensor);
    return tensor;
  }

  private Tensor allocate(int source, long extent) {
    long[] shape = sources.get(source).shape();
    shape[0] = extent;
    return Tensor.allocate(sources.get(source).dtype(), shape);
  }

  /** The rows of each source. */
  List<Tensor> tensors() {
    return tensors;
  }

  /** Reads what is mapped, to find out why it cannot be. */
  void requireReadable() throws InvalidFileException {
    for (int i = 0; i < sources.size(); i++) {
      if (mapped.get(i)) {
        sources.get(i).read(first, allocate(i, count));
      }
    }
  }

  /** Ends the mapping: the tensors are of no more use. */
  @Override
  public void close() {
    tensors = List.of();
    if (arena != null) {
      arena.close();
      arena = null;
    }
  }
}
