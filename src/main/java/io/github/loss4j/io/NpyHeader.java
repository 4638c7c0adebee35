// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.loss4j.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * What stands before the data of a {@code .npy} file: the magic, a version, the length of the
 * dictionary (16 bits in version 1, 32 in versions 2 and 3), the dictionary.
 *
 * @param layout the array that follows
 * @param bytes the length of all this, and so where the data begin
 */
record NpyHeader(ArrayLayout layout, long bytes) {
  private static final byte[] MAGIC = "\u0093NUMPY".getBytes(ISO_8859_1);
  private static final int VERSION_AT = 6;
  private static final int LENGTH_AT = 8;

  /** NumPy refuses more than 10,000 bytes; a header that we could use needs about 1,400. */
  private static final int LONGEST_DICTIONARY = 1 << 20;

  /** NumPy starts the data at a multiple of this, so that a mapped array is aligned. */
  private static final int ALIGNMENT = 64;

  static boolean startsWithMagic(MemorySegment contents) {
    return contents.byteSize() >= MAGIC.length
        && contents.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) < 0;
  }

  static NpyHeader parse(Path file, MemorySegment contents) throws InvalidFileException {
    if (!startsWithMagic(contents)) {
      throw new InvalidFileException(
          file, "is no .npy file: it does not begin with the bytes 93 4e 55 4d 50 59 (\\x93NUMPY)");
    }
    int dictionaryAt = dictionaryAt(file, contents);
    requireBytes(file, contents, dictionaryAt);
    long length = dictionaryBytes(file, contents, dictionaryAt);
    requireBytes(file, contents, dictionaryAt + length);
    byte[] dictionary = contents.asSlice(dictionaryAt, length).toArray(ValueLayout.JAVA_BYTE);
    // Version 3 has UTF-8, but only for the field names of structured types, which are not read.
    return new NpyHeader(
        layout(file, NpyDict.parse(file, new String(dictionary, ISO_8859_1))),
        dictionaryAt + length);
  }

  /**
   * How many bytes a header has as far as its beginning says, which is all of them once that many
   * are there.
   */
  static long bytesNeeded(Path file, MemorySegment beginning) throws InvalidFileException {
    if (beginning.byteSize() < LENGTH_AT) {
      return LENGTH_AT;
    }
    if (!startsWithMagic(beginning)) {
      return beginning.byteSize();
    }
    int dictionaryAt = dictionaryAt(file, beginning);
    return beginning.byteSize() < dictionaryAt
        ? dictionaryAt
        : dictionaryAt + dictionaryBytes(file, beginning, dictionaryAt);
  }

  private static int dictionaryAt(Path file, MemorySegment contents) throws InvalidFileException {
    return LENGTH_AT + (version(file, contents) == 1 ? Short.BYTES : Integer.BYTES);
  }

  private static long dictionaryBytes(Path file, MemorySegment contents, int dictionaryAt)
      throws InvalidFileException {
    long length =
        dictionaryAt == LENGTH_AT + Short.BYTES
            ? Short.toUnsignedLong(contents.get(ValueLayout.JAVA_SHORT_UNALIGNED, LENGTH_AT))
            : Integer.toUnsignedLong(contents.get(ValueLayout.JAVA_INT_UNALIGNED, LENGTH_AT));
    if (length > LONGEST_DICTIONARY) {
      throw new InvalidFileException(
          file,
          "the header claims %s bytes; at most %s are read".formatted(length, LONGEST_DICTIONARY));
    }
    return length;
  }

  /** A header of version 1, laid out as NumPy does it. */
  static byte[] encode(Path file, ArrayLayout layout) {
    String extents =
        layout.shape().stream().map(extent -> extent + ", ").collect(Collectors.joining());
    String shape = layout.shape().size() == 1 ? extents.strip() : extents.replaceAll(", $", "");
    String dictionary =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(NpyDescr.of(file, layout.dtype()), shape);
    int before = LENGTH_AT + Short.BYTES;
    int unpadded = before + dictionary.length() + 1;
    int bytes = Math.ceilDiv(unpadded, ALIGNMENT) * ALIGNMENT;
    return ByteBuffer.allocate(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) (bytes - before))
        .put((dictionary + " ".repeat(bytes - unpadded) + "\n").getBytes(ISO_8859_1))
        .array();
  }

  private static int version(Path file, MemorySegment contents) throws InvalidFileException {
    requireBytes(file, contents, LENGTH_AT);
    int major = Byte.toUnsignedInt(contents.get(ValueLayout.JAVA_BYTE, VERSION_AT));
    int minor = Byte.toUnsignedInt(contents.get(ValueLayout.JAVA_BYTE, VERSION_AT + 1));
    if (major < 1 || major > 3 || minor != 0) {
      throw new InvalidFileException(
          file,
          "has .npy version %s.%s; versions 1.0, 2.0 and 3.0 are read".formatted(major, minor));
    }
    return major;
  }

  private static ArrayLayout layout(Path file, NpyDict dict) throws InvalidFileException {
    try {
      ArrayLayout layout = new ArrayLayout(NpyDescr.parse(file, dict.descr()), dict.shape());
      if (dict.fortranOrder() && !layout.isOrderless()) {
        throw new InvalidFileException(
            file, "is in Fortran order; save numpy.ascontiguousarray(array) instead");
      }
      return layout;
    } catch (InvalidInputException e) {
      throw new InvalidFileException(file, "the header has " + e.getMessage(), e);
    }
  }

  private static void requireBytes(Path file, MemorySegment contents, long needed)
      throws InvalidFileException {
    if (contents.byteSize() < needed) {
      throw new InvalidFileException(
          file,
          "is truncated: it has %s bytes, and its header needs %s"
              .formatted(contents.byteSize(), needed));
    }
  }
}
