// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What a header says of one tensor.
 *
 * @param name its name
 * @param dtype the name of its type, which may be one that loss4j does not have
 * @param shape its extents, none negative
 * @param begin the offset of its first byte in the data
 * @param end the offset behind its last byte
 */
record SafetensorsEntry(String name, String dtype, List<Long> shape, long begin, long end) {

  SafetensorsEntry {
    shape = List.copyOf(shape);
  }

  /** Types carry the same names here and there. */
  boolean isSupported() {
    return Arrays.stream(DType.values()).anyMatch(known -> known.name().equals(dtype));
  }

  ArrayLayout layout(Path file) throws InvalidFileException {
    if (!isSupported()) {
      throw fault(
          file,
          "has dtype %s, which is not supported; expected one of %s"
              .formatted(Printable.quoted(dtype), Arrays.toString(DType.values())));
    }
    try {
      return new ArrayLayout(DType.valueOf(dtype), shape);
    } catch (InvalidInputException e) {
      throw new InvalidFileException(file, subject() + " has " + e.getMessage(), e);
    }
  }

  InvalidFileException fault(Path file, String fault) {
    return new InvalidFileException(file, subject() + " " + fault);
  }

  private String subject() {
    return "tensor " + Printable.quoted(name);
  }
}
