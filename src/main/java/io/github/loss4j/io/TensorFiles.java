// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import io.github.loss4j.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a tensor from a file of either format, named as on a command line. */
public final class TensorFiles {
  private static final int SHOWN_BYTES = 8;

  private TensorFiles() {}

  /**
   * Maps a tensor of a {@code .npy} or {@code .safetensors} file; nothing is copied.
   *
   * {@snippet file="io/github/loss4j/io/TensorFilesTest.java" region="read"}
   *
   * @param spec {@code FILE}, or {@code FILE:TENSOR} for one tensor of a {@code .safetensors} file
   *     that holds several. Both may contain colons: the longest name of a file that exists wins
   * @param arena the owner of the mapping
   * @return a read-only view of the file, of any size
   * @throws InvalidFileException if there is no such file or tensor, the file is of neither format,
   *     or its content is not as the format demands
   */
  public static Tensor read(String spec, Arena arena) throws InvalidFileException {
    return locate(spec, arena).tensor();
  }

  static LocatedTensor locate(String spec, Arena arena) throws InvalidFileException {
    int end = endOfFileName(spec);
    Path file = path(spec.substring(0, end));
    String name = end < spec.length() ? spec.substring(end + 1) : null;
    MemorySegment contents = MappedFile.map(file, arena);
    Tensor tensor = tensor(file, name, contents);
    return new LocatedTensor(file, tensor.memory().address() - contents.address(), tensor);
  }

  /** The content decides; the suffix only says which fault to name. */
  private static Tensor tensor(Path file, @Nullable String name, MemorySegment contents)
      throws InvalidFileException {
    if (NpyHeader.startsWithMagic(contents)) {
      return npy(file, name, contents);
    }
    if (SafetensorsHeader.startsLikeHeader(contents) || hasSuffix(file, ".safetensors")) {
      SafetensorsFile tensors = SafetensorsFile.of(file, contents);
      return tensors.tensor(name != null ? name : onlyName(file, tensors.names()));
    }
    if (hasSuffix(file, ".npy")) {
      return npy(file, name, contents);
    }
    throw new InvalidFileException(file, neither(contents));
  }

  private static Tensor npy(Path file, @Nullable String name, MemorySegment contents)
      throws InvalidFileException {
    if (name != null) {
      throw new InvalidFileException(
          file,
          "a .npy file holds one array, without a name; leave out " + Printable.quoted(":" + name));
    }
    return NpyFile.read(file, contents);
  }

  private static String onlyName(Path file, List<String> names) throws InvalidFileException {
    return switch (names.size()) {
      case 0 -> throw new InvalidFileException(file, "holds no tensor");
      case 1 -> names.getFirst();
      default ->
          throw new InvalidFileException(
              file,
              "holds %s tensors; append ':' and the name of one: %s"
                  .formatted(names.size(), Printable.list(names)));
    };
  }

  private static String neither(MemorySegment contents) {
    byte[] first =
        contents
            .asSlice(0, Math.min(SHOWN_BYTES, contents.byteSize()))
            .toArray(ValueLayout.JAVA_BYTE);
    boolean zip = first.length > 1 && first[0] == 'P' && first[1] == 'K';
    return "is neither .npy nor .safetensors, which are read; it begins with the bytes "
        + HexFormat.ofDelimiter(" ").formatHex(first)
        + (zip ? ", a zip archive as of numpy.savez or torch.save" : "");
  }

  /** Where the file's name ends: at the end, or at a colon before the tensor's name. */
  private static int endOfFileName(String spec) {
    int end = spec.length();
    while (end > 0 && !exists(spec.substring(0, end))) {
      end = spec.lastIndexOf(':', end - 1);
    }
    return end > 0 ? end : spec.length();
  }

  private static boolean exists(String name) {
    try {
      return Files.exists(Path.of(name));
    } catch (InvalidPathException e) {
      return false; // On Windows, "a.npy:x" is no path; the part before the colon may be one.
    }
  }

  private static Path path(String name) throws InvalidFileException {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new InvalidFileException(name, "is not the name of a file", e);
    }
  }

  private static boolean hasSuffix(Path file, String suffix) {
    return file.toString().endsWith(suffix);
  }
}
