// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.loss4j.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What stands before the data of a {@code .safetensors} file: the length of the JSON in 64 bits,
 * and the JSON.
 *
 * @param entries the tensors by name, in the order of the header
 * @param bytes the length of all this, and so where the data begin
 */
record SafetensorsHeader(SequencedMap<String, SafetensorsEntry> entries, long bytes) {
  /** The limit of the reference implementation, MAX_HEADER_SIZE. */
  private static final long LONGEST_JSON = 100_000_000;

  private static final int LENGTH_BYTES = Long.BYTES;

  /** The data begin at a multiple of the widest type. */
  private static final int ALIGNMENT = 8;

  /** Whether a header could begin so: it must be an object, without blanks before it. */
  static boolean startsLikeHeader(MemorySegment contents) {
    return contents.byteSize() > LENGTH_BYTES
        && contents.get(ValueLayout.JAVA_BYTE, LENGTH_BYTES) == '{';
  }

  static SafetensorsHeader parse(Path file, MemorySegment contents) throws InvalidFileException {
    long available = contents.byteSize() - LENGTH_BYTES;
    if (available < 0) {
      throw new InvalidFileException(
          file,
          "is no .safetensors file: it has %s bytes, and the length of its header alone needs 8"
              .formatted(contents.byteSize()));
    }
    long length = contents.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    if (length < 0 || length > LONGEST_JSON) {
      throw new InvalidFileException(
          file,
          "is no .safetensors file: its header would be %s bytes long, and at most %s are read"
              .formatted(Long.toUnsignedString(length), LONGEST_JSON));
    }
    if (length > available) {
      throw new InvalidFileException(
          file,
          "is truncated: its header is %s bytes long, but only %s bytes follow"
              .formatted(length, available));
    }
    if (length == 0 || !startsLikeHeader(contents)) {
      throw new InvalidFileException(
          file, "is no .safetensors file: its header does not begin with '{'");
    }
    SequencedMap<String, SafetensorsEntry> entries =
        SafetensorsJson.read(file, contents.asSlice(LENGTH_BYTES, length));
    requireGapless(file, entries, available - length);
    return new SafetensorsHeader(entries, LENGTH_BYTES + length);
  }

  /** The tensors must cover the data: no byte twice, none left out. */
  private static void requireGapless(
      Path file, Map<String, SafetensorsEntry> entries, long dataBytes)
      throws InvalidFileException {
    List<SafetensorsEntry> byOffset =
        entries.values().stream()
            .sorted(
                Comparator.comparingLong(SafetensorsEntry::begin)
                    .thenComparingLong(SafetensorsEntry::end))
            .toList();
    long end = 0;
    for (SafetensorsEntry entry : byOffset) {
      requireFit(file, entry, dataBytes);
      if (entry.begin() != end) {
        throw entry.fault(
            file,
            "begins at byte %s of the data, but %s at byte %s; no overlap and no gap is allowed"
                .formatted(entry.begin(), end == 0 ? "they begin" : "the one before ends", end));
      }
      end = entry.end();
    }
    if (end != dataBytes) {
      throw new InvalidFileException(
          file, "has %s bytes of data, but its tensors take %s".formatted(dataBytes, end));
    }
  }

  private static void requireFit(Path file, SafetensorsEntry entry, long dataBytes)
      throws InvalidFileException {
    if (entry.begin() > entry.end() || entry.end() > dataBytes) {
      throw entry.fault(
          file,
          "has data_offsets [%s, %s], which are no range of the %s bytes of data in the file"
              .formatted(entry.begin(), entry.end(), dataBytes));
    }
    if (entry.isSupported()) {
      ArrayLayout layout = entry.layout(file);
      if (layout.bytes() != entry.end() - entry.begin()) {
        throw entry.fault(
            file,
            "has data_offsets [%s, %s], which are %s bytes, but %s needs %s"
                .formatted(
                    entry.begin(),
                    entry.end(),
                    entry.end() - entry.begin(),
                    layout,
                    layout.bytes()));
      }
    }
  }

  /** The header of tensors that follow in this order, padded with blanks. */
  static byte[] encode(Path file, SequencedMap<String, ArrayLayout> layouts) {
    String name = Printable.line(file.toString());
    if (layouts.containsKey(SafetensorsJson.METADATA)) {
      throw new InvalidInputException(
          "%s: no tensor can be named %s".formatted(name, SafetensorsJson.METADATA));
    }
    try {
      ByteBuffer json = UTF_8.newEncoder().encode(CharBuffer.wrap(SafetensorsJson.write(layouts)));
      int length = Math.ceilDiv(json.limit(), ALIGNMENT) * ALIGNMENT;
      if (length > LONGEST_JSON) {
        throw new InvalidInputException(
            "%s: the header needs %s bytes, more than %s".formatted(name, length, LONGEST_JSON));
      }
      ByteBuffer header =
          ByteBuffer.allocate(LENGTH_BYTES + length)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(length)
              .put(json);
      while (header.hasRemaining()) {
        header.put((byte) ' ');
      }
      return header.array();
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(name + ": a tensor's name is not Unicode text");
    } catch (ArithmeticException e) {
      throw new InvalidInputException(name + ": the tensors have 2^63 bytes or more");
    }
  }
}
