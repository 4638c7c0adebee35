// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * One array in a {@code .npy} file, as {@code numpy.save} writes it: versions 1 to 3,
 * little-endian, row-major (C order).
 *
 * <p>Types are F64, F32, F16, I64, I32, I16, I8, U8 and BOOL; the format has no bfloat16. An array
 * has at most 64 axes.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the
 *     format's definition</a>
 */
public final class NpyFile {
  private NpyFile() {}

  /**
   * Maps a file as a tensor; nothing is copied.
   *
   * @param file the file; it must keep its length while the tensor is used
   * @param arena the owner of the mapping
   * @return a read-only view of the file, of any size
   * @throws InvalidFileException if the file is missing or unreadable, is no {@code .npy} file, or
   *     has a type or an order that is not supported; or if the data are not exactly as long as the
   *     header says
   */
  public static Tensor read(Path file, Arena arena) throws InvalidFileException {
    return read(file, MappedFile.map(file, arena));
  }

  static Tensor read(Path file, MemorySegment contents) throws InvalidFileException {
    NpyHeader header = NpyHeader.parse(file, contents);
    ArrayLayout layout = header.layout();
    long found = contents.byteSize() - header.bytes();
    if (found != layout.bytes()) {
      throw new InvalidFileException(
          file,
          "has %s bytes of data after its header, but %s needs %s; %s"
              .formatted(
                  found,
                  layout,
                  layout.bytes(),
                  found < layout.bytes()
                      ? "the file is truncated"
                      : "a .npy file holds one array and nothing after it"));
    }
    return layout.view(contents.asSlice(header.bytes()));
  }

  /**
   * Writes a tensor, in version 1 of the format. A file of that name is replaced once the new one
   * is complete, so a tensor may even be written over the file that it is mapped from.
   *
   * @param file the file
   * @param tensor the array
   * @throws InvalidFileException if the file cannot be written
   * @throws InvalidInputException if the tensor is of BF16, which the format does not have, or has
   *     more than 64 axes
   */
  public static void write(Path file, Tensor tensor) throws InvalidFileException {
    try (TensorWriter writer = create(file, tensor.dtype(), tensor.shape())) {
      writer.append(tensor);
    }
  }

  /**
   * Begins a file whose array is made in pieces, such as one loss per row.
   *
   * @param file the file
   * @param dtype the element type
   * @param shape the extents of the whole array
   * @return the writer; the file appears under its name when the writer is closed
   * @throws InvalidFileException if the file cannot be written
   * @throws InvalidInputException if the type is BF16, which the format does not have, an extent is
   *     negative, or there are more than 64 of them
   */
  public static TensorWriter create(Path file, DType dtype, long... shape)
      throws InvalidFileException {
    ArrayLayout layout = ArrayLayout.of(dtype, shape);
    return new TensorWriter(file, layout, NpyHeader.encode(file, layout));
  }
}
