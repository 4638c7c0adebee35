// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.loss4j.ExactSum;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The compact form: a line of title and version, the number of parameters, the name and the value
 * of each, the fields in their order, and CRC-32C of all that as four bytes, the highest first.
 *
 * <p>Numbers of things are in base 128, the lowest digits first, 128 added to each but the last;
 * other integers and doubles have eight bytes; a text or a sum is the number of its bytes and they:
 * UTF-8, or {@link ExactSum#toBytes()}.
 */
final class TotalsBytes {
  private static final int MOST_PARAMETERS = 100;
  private static final int DIGIT_BITS = 7;
  private static final int MORE_DIGITS = 1 << DIGIT_BITS;

  private TotalsBytes() {}

  static byte[] write(
      String title, SortedMap<String, String> parameters, Consumer<TotalsForm> fields) {
    Writer writer = new Writer();
    writer.bytes.writeBytes(line(title));
    writer.count("parameters", parameters.size());
    parameters.forEach(
        (name, value) -> {
          writer.block(name.getBytes(UTF_8));
          writer.block(value.getBytes(UTF_8));
        });
    fields.accept(writer);
    int checksum = checksum(writer.bytes.toByteArray());
    writer.bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(checksum).array());
    return writer.bytes.toByteArray();
  }

  /**
   * Reads what {@link #write} wrote under a title.
   *
   * @param content makes something of the parameters and the fields, all of which it reads
   */
  static <T> T read(
      String title, byte[] bytes, BiFunction<SortedMap<String, String>, TotalsForm, T> content) {
    byte[] line = line(title);
    int body = bytes.length - Integer.BYTES;
    if (body < line.length || !Arrays.equals(line, Arrays.copyOf(bytes, line.length))) {
      throw new InvalidTotalsException("they do not begin with the line \"%s\"".formatted(title));
    }
    if (ByteBuffer.wrap(bytes).getInt(body) != checksum(Arrays.copyOf(bytes, body))) {
      throw new InvalidTotalsException("they are damaged or cut short: the checksum is not theirs");
    }
    Reader reader = new Reader(ByteBuffer.wrap(bytes, line.length, body - line.length));
    try {
      T result = content.apply(reader.parameters(), reader);
      if (reader.bytes.hasRemaining()) {
        throw new InvalidTotalsException(
            "they have %d bytes too many".formatted(reader.bytes.remaining()));
      }
      return result;
    } catch (BufferUnderflowException e) {
      throw new InvalidTotalsException("they end before their last field", e);
    }
  }

  private static byte[] line(String title) {
    return (title + "\n").getBytes(UTF_8);
  }

  private static int checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return (int) checksum.getValue();
  }

  /** Writes fields one behind the other. */
  private static final class Writer extends TotalsForm {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    long count(String name, long value) {
      long rest = value;
      for (; rest >>> DIGIT_BITS != 0; rest >>>= DIGIT_BITS) {
        bytes.write((int) rest | MORE_DIGITS);
      }
      bytes.write((int) rest);
      return value;
    }

    @Override
    long integer(String name, long value) {
      bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
      return value;
    }

    @Override
    double number(String name, double value) {
      integer(name, Double.doubleToLongBits(value));
      return value;
    }

    @Override
    ExactSum sum(String name, ExactSum value) {
      block(value.toBytes());
      return value;
    }

    private void block(byte[] block) {
      count("length", block.length);
      bytes.writeBytes(block);
    }

    @Override
    void group(String name, Runnable fields) {
      fields.run();
    }
  }

  /** Reads fields in the order in which they were written. */
  private static final class Reader extends TotalsForm {
    private final ByteBuffer bytes;

    Reader(ByteBuffer bytes) {
      this.bytes = bytes;
    }

    SortedMap<String, String> parameters() {
      long count = count("parameters", 0);
      if (count > MOST_PARAMETERS) {
        throw new InvalidTotalsException("they have %d parameters".formatted(count));
      }
      SortedMap<String, String> parameters = new TreeMap<>();
      for (long i = 0; i < count; i++) {
        parameters.put(new String(block(), UTF_8), new String(block(), UTF_8));
      }
      return parameters;
    }

    @Override
    long count(String name, long value) {
      long count = 0;
      int shift = 0;
      int digits = bytes.get();
      for (; digits < 0 && shift < Long.SIZE - DIGIT_BITS - 1; shift += DIGIT_BITS) {
        count |= (long) (digits & (MORE_DIGITS - 1)) << shift;
        digits = bytes.get();
      }
      if (digits < 0) {
        throw new InvalidTotalsException("the number %s is too large".formatted(name));
      }
      return count | (long) digits << shift;
    }

    @Override
    long integer(String name, long value) {
      return bytes.getLong();
    }

    @Override
    double number(String name, double value) {
      return Double.longBitsToDouble(bytes.getLong());
    }

    @Override
    ExactSum sum(String name, ExactSum value) {
      return exactSum(name, block());
    }

    private byte[] block() {
      long length = count("length", 0);
      if (length > bytes.remaining()) {
        throw new BufferUnderflowException();
      }
      byte[] block = new byte[(int) length];
      bytes.get(block);
      return block;
    }

    @Override
    void group(String name, Runnable fields) {
      fields.run();
    }
  }
}
