// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Named tensors in a {@code .safetensors} file, checked as strictly as the reference implementation
 * does: the tensors must cover the data without overlap or gap.
 *
 * <p>Every {@link DType} can be read and written. A tensor of another type spoils nothing but
 * itself. A tensor has at most 64 axes, a header at most 100,000,000 bytes. This class needs Gson,
 * {@code com.google.code.gson:gson}, an optional dependency of loss4j.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format's definition</a>
 */
public final class SafetensorsFile {
  private final Path file;
  private final MemorySegment data;
  private final SequencedMap<String, SafetensorsEntry> entries;

  private SafetensorsFile(Path file, MemorySegment contents) throws InvalidFileException {
    SafetensorsHeader header = SafetensorsHeader.parse(file, contents);
    this.file = file;
    this.data = contents.asSlice(header.bytes());
    this.entries = header.entries();
  }

  /**
   * Maps a file and checks its header; no data are read.
   *
   * @param file the file; it must keep its length while its tensors are used
   * @param arena the owner of the mapping
   * @return the open file
   * @throws InvalidFileException if the file is missing or unreadable, or anything in its header is
   *     not as the format demands
   */
  public static SafetensorsFile open(Path file, Arena arena) throws InvalidFileException {
    return of(file, MappedFile.map(file, arena));
  }

  static SafetensorsFile of(Path file, MemorySegment contents) throws InvalidFileException {
    return new SafetensorsFile(file, contents);
  }

  /**
   * The names of the tensors.
   *
   * @return all names in the order of the header
   */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /**
   * One tensor of the file; nothing is copied.
   *
   * @param name its name
   * @return a read-only view of the file, of any size
   * @throws InvalidFileException if there is no tensor of that name, or its type is none of {@link
   *     DType}
   */
  public Tensor tensor(String name) throws InvalidFileException {
    SafetensorsEntry entry = entries.get(name);
    if (entry == null) {
      throw new InvalidFileException(
          file,
          "has no tensor %s; it has %s"
              .formatted(
                  Printable.quoted(name),
                  entries.isEmpty() ? "none at all" : Printable.list(entries.keySet())));
    }
    return entry.layout(file).view(data.asSlice(entry.begin(), entry.end() - entry.begin()));
  }

  /**
   * Writes tensors. A file of that name is replaced once the new one is complete.
   *
   * @param file the file
   * @param tensors the tensors by name, written in the map's order; widest types first keeps all of
   *     them aligned
   * @throws InvalidFileException if the file cannot be written
   * @throws InvalidInputException if a name is {@code __metadata__} or not Unicode text, a tensor
   *     has more than 64 axes, or the header would be too long
   */
  public static void write(Path file, Map<String, Tensor> tensors) throws InvalidFileException {
    SequencedMap<String, ArrayLayout> layouts = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> layouts.put(name, ArrayLayout.of(tensor)));
    byte[] header = SafetensorsHeader.encode(file, layouts);
    try (PartFile part = new PartFile(file)) {
      part.write(MemorySegment.ofArray(header));
      for (Tensor tensor : tensors.values()) {
        part.write(tensor.memory());
      }
      part.complete();
    }
  }

  /**
   * Begins a file of one tensor that is made in pieces, such as the logits of a large evaluation.
   *
   * @param file the file
   * @param name the tensor's name
   * @param dtype the element type
   * @param shape the extents of the whole tensor
   * @return the writer; the file appears under its name when the writer is closed
   * @throws InvalidFileException if the file cannot be written
   * @throws InvalidInputException if the name is {@code __metadata__} or not Unicode text, an
   *     extent is negative, or there are more than 64 of them
   */
  public static TensorWriter create(Path file, String name, DType dtype, long... shape)
      throws InvalidFileException {
    ArrayLayout layout = ArrayLayout.of(dtype, shape);
    SequencedMap<String, ArrayLayout> layouts = new LinkedHashMap<>(Map.of(name, layout));
    return new TensorWriter(file, layout, SafetensorsHeader.encode(file, layouts));
  }
}
