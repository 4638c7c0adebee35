// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of any size in one or several files, whose rows, the indices of its first axis, are read
 * into memory of the caller's: what is mapped counts as memory of the process, what is read does
 * not stay. Files are one behind the other along the first axis.
 *
 * <p>Not safe for use by several threads.
 *
 * {@snippet file="io/github/loss4j/io/TensorSourceTest.java" region="read"}
 */
public final class TensorSource implements AutoCloseable {
  private final List<SourcePart> parts;
  private final DType dtype;
  private final long[] shape;

  private TensorSource(List<SourcePart> parts) {
    this.parts = parts;
    ArrayLayout first = parts.getFirst().layout();
    dtype = first.dtype();
    shape = first.shape().stream().mapToLong(Long::longValue).toArray();
    if (shape.length > 0) {
      shape[0] = parts.stream().mapToLong(part -> part.layout().shape().getFirst()).sum();
    }
  }

  /**
   * Opens files.
   *
   * @param specs {@code FILE} or {@code FILE:TENSOR} as {@link TensorFiles#read} takes them; {@code
   *     -} for a {@code .npy} file from {@code standardInput}, which can be read once, forwards; a
   *     pattern such as {@code logits-*.npy} or {@code 'logits-*.safetensors:logits'}, which stands
   *     for all files it fits, by name; the first of {@code model-00001-of-00003.safetensors},
   *     which stands for all three
   * @param standardInput what {@code -} stands for
   * @return the rows of all files in this order
   * @throws InvalidFileException if a file cannot be read, or differs from the first in its type or
   *     in an extent behind the first
   */
  public static TensorSource open(List<String> specs, InputStream standardInput)
      throws InvalidFileException {
    List<SourcePart> parts = new ArrayList<>();
    try {
      for (String spec : FileNames.of(specs)) {
        parts.add(
            spec.equals(FileNames.STANDARD_INPUT)
                ? new StreamPart(standardInput)
                : new FilePart(spec));
        if (parts.size() > 1) {
          requireSameRows(parts.getFirst(), parts.getLast());
        }
      }
      return new TensorSource(parts);
    } catch (InvalidFileException e) {
      closeAll(parts);
      throw e;
    }
  }

  private static void requireSameRows(SourcePart first, SourcePart part)
      throws InvalidFileException {
    List<Long> shape = part.layout().shape();
    List<Long> expected = first.layout().shape();
    if (part.layout().dtype() != first.layout().dtype()
        || shape.isEmpty()
        || expected.isEmpty()
        || !shape.subList(1, shape.size()).equals(expected.subList(1, expected.size()))) {
      throw new InvalidFileException(
          Path.of(part.name()),
          "holds %s, which does not go behind the %s of %s; all but the first extent must be equal"
              .formatted(part.layout(), first.layout(), first.name()));
    }
  }

  /**
   * The type of the elements.
   *
   * @return that of all files
   */
  public DType dtype() {
    return dtype;
  }

  /**
   * The shape of all rows together.
   *
   * @return the extents; none for a scalar
   */
  public long[] shape() {
    return shape.clone();
  }

  /**
   * The number of rows.
   *
   * @return the first extent; 1 for a scalar
   */
  public long rows() {
    return shape.length == 0 ? 1 : shape[0];
  }

  /**
   * The size of the rows.
   *
   * @return bytes of all elements
   */
  public long byteSize() {
    return parts.stream().mapToLong(part -> part.layout().bytes()).sum();
  }

  /**
   * Reads rows.
   *
   * @param from the first
   * @param destination of this type, and of this shape but for the first extent, which says how
   *     many; its memory is native
   * @throws InvalidFileException if a file was cut short meanwhile or cannot be read
   * @throws InvalidInputException if the destination does not fit, there are not so many rows, or
   *     rows of the standard input are read again
   */
  public void read(long from, Tensor destination) throws InvalidFileException {
    long count = destination.rank() == 0 ? 1 : destination.extent(0);
    long[] expected = shape();
    if (expected.length > 0) {
      expected[0] = count;
    }
    if (destination.dtype() != dtype || !Arrays.equals(destination.shape(), expected)) {
      throw new InvalidInputException(
          "rows of %s%s do not go into %s".formatted(dtype, Arrays.toString(shape), destination));
    }
    if (from < 0 || from > rows() - count) {
      throw new InvalidInputException(
          "no %d rows from %d on among %d".formatted(count, from, rows()));
    }
    if (shape.length == 0) {
      parts.getFirst().read(0, destination.memory());
      return;
    }
    long start = 0;
    long done = 0;
    for (SourcePart part : parts) {
      long end = start + part.layout().shape().getFirst();
      long first = from + done;
      long some = Math.min(end - first, count - done);
      if (first >= start && some > 0) {
        Tensor rows = destination.slice(done, some);
        part.read((first - start) * (rows.memory().byteSize() / some), rows.memory());
        done += some;
      }
      start = end;
    }
  }

  /**
   * Maps rows.
   *
   * @param first the first
   * @param count how many, at least one
   * @param mapping which files are
   * @param arena the owner of the mapping
   * @return the rows, once they are in the system's memory; null if they are in several files, or
   *     in one that cannot be mapped so
   */
  @Nullable Tensor map(long first, long count, Mapping mapping, Arena arena) {
    long start = 0;
    for (SourcePart part : parts) {
      long end = start + part.layout().shape().getFirst();
      if (first < end) {
        return first + count <= end && part instanceof FilePart file
            ? file.map(first - start, count, mapping, arena)
            : null;
      }
      start = end;
    }
    return null;
  }

  /**
   * All rows as one tensor: one file is mapped and nothing copied, several are read into memory.
   *
   * @param arena the owner of the mapping or of the memory
   * @return the tensor
   * @throws InvalidFileException if a file cannot be read
   */
  public Tensor all(Arena arena) throws InvalidFileException {
    if (parts.size() == 1 && parts.getFirst() instanceof FilePart file) {
      return file.map(arena);
    }
    Tensor all = Tensor.allocate(arena, dtype, shape);
    read(0, all);
    return all;
  }

  /**
   * Closes the files.
   *
   * @throws InvalidFileException if one cannot be closed
   */
  @Override
  public void close() throws InvalidFileException {
    closeAll(parts);
  }

  private static void closeAll(List<SourcePart> parts) throws InvalidFileException {
    for (SourcePart part : parts) {
      try {
        part.close();
      } catch (IOException e) {
        throw InvalidFileException.because(e, Path.of(part.name()), "cannot be closed");
      }
    }
  }
}
