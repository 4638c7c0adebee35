// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Valid files with random damage: each is read, or refused with one line; whatever else happens, an
 * exception from the depths or an allocation that a header asked for, fails the test.
 */
class DamagedFileTest {
  private static final int ROUNDS = 20_000;
  private static final int MOST_DAMAGES = 4;

  /** What is worth inserting: pieces of either header, numbers at the edges, broken text. */
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ":",
    "'",
    "\"",
    "\\",
    "\\u",
    "\\ud800",
    " ",
    "\n",
    "\0",
    "0",
    "-1",
    "1.5",
    "1e30",
    "9",
    "999999999999999999",
    "9223372036854775808",
    "L",
    "NaN",
    "True",
    "null",
    "'shape': (",
    "'descr': '>f4'",
    "\"dtype\":\"F16\"",
    "\"shape\":[",
    "\"data_offsets\":[0,4]",
    "\"__metadata__\":{",
    "\u0093NUMPY",
    "\u00ff\u00fe",
  };

  private interface Reading {
    Tensor read(MemorySegment contents) throws IOException;
  }

  @Test
  void damagedNpyFileIsReadOrRefused() throws IOException {
    String dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }   \n";
    Path file = Path.of("a.npy");
    for (int version = 1; version <= 3; version++) {
      int lengthBytes = version == 1 ? Short.BYTES : Integer.BYTES;
      damageAndRead(
          FileBytes.npy(version, dictionary, 48),
          8,
          lengthBytes,
          contents -> NpyFile.read(file, contents));
    }
  }

  @Test
  void damagedSafetensorsFileIsReadOrRefused() throws IOException {
    String header =
        """
        {"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[3,4],"data_offsets":[0,48]},\
        "b":{"dtype":"I8","shape":[],"data_offsets":[48,49]}}\
        """;
    Path file = Path.of("a.safetensors");
    damageAndRead(
        FileBytes.safetensors(header, 49),
        0,
        Long.BYTES,
        contents -> {
          SafetensorsFile tensors = SafetensorsFile.of(file, contents);
          return tensors.tensor(tensors.names().isEmpty() ? "none" : tensors.names().getLast());
        });
  }

  private static void damageAndRead(byte[] whole, int lengthAt, int lengthBytes, Reading reading)
      throws IOException {
    SplittableRandom random = new SplittableRandom(42);
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] damaged = whole;
      for (int i = random.nextInt(1, MOST_DAMAGES + 1); i > 0; i--) {
        damaged = damage(damaged, random);
      }
      // Else the wrong length would hide most of the damage behind it.
      if (random.nextBoolean() && damaged.length >= lengthAt + lengthBytes) {
        repairLength(damaged, whole, lengthAt, lengthBytes);
      }
      read += isRead(damaged, reading, round) ? 1 : 0;
    }
    int accepted = read;
    assertTrue(
        read > ROUNDS / 100 && read < ROUNDS, () -> accepted + " of " + ROUNDS + " were read");
  }

  private static boolean isRead(byte[] contents, Reading reading, int round) {
    try {
      Tensor tensor = reading.read(MemorySegment.ofArray(contents));
      assertTrue(tensor.memory().byteSize() <= contents.length);
      return true;
    } catch (InvalidFileException e) {
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      assertTrue(e.getMessage().length() < 1000, e.getMessage());
      return false;
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      String text = new String(contents, ISO_8859_1);
      throw new AssertionError("round " + round + ": " + Printable.line(text), e);
    }
  }

  private static byte[] damage(byte[] contents, SplittableRandom random) {
    int at = contents.length == 0 ? 0 : random.nextInt(contents.length);
    byte[] piece = PIECES[random.nextInt(PIECES.length)].getBytes(ISO_8859_1);
    return switch (random.nextInt(6)) {
      case 0 -> flipped(contents, at, random.nextInt(8));
      case 1 -> Arrays.copyOf(contents, at);
      case 2 -> spliced(contents, at, piece, 0);
      case 3 -> spliced(contents, at, piece, piece.length);
      case 4 -> spliced(contents, at, new byte[0], random.nextInt(1, 20));
      default -> spliced(contents, at, Arrays.copyOf(contents, random.nextInt(40)), 0);
    };
  }

  private static byte[] flipped(byte[] contents, int at, int bit) {
    byte[] damaged = contents.clone();
    if (at < damaged.length) {
      damaged[at] ^= (byte) (1 << bit);
    }
    return damaged;
  }

  /** The contents with a piece in place of as many of their bytes. */
  private static byte[] spliced(byte[] contents, int at, byte[] piece, int replaced) {
    int rest = Math.min(contents.length, at + replaced);
    byte[] damaged = Arrays.copyOf(contents, at + piece.length + contents.length - rest);
    System.arraycopy(piece, 0, damaged, at, piece.length);
    System.arraycopy(contents, rest, damaged, at + piece.length, contents.length - rest);
    return damaged;
  }

  /** Makes the header longer or shorter by as much as the file became so. */
  private static void repairLength(byte[] damaged, byte[] whole, int at, int bytes) {
    ByteBuffer from = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer to = ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN);
    int change = damaged.length - whole.length;
    switch (bytes) {
      case Short.BYTES -> to.putShort(at, (short) (from.getShort(at) + change));
      case Integer.BYTES -> to.putInt(at, from.getInt(at) + change);
      default -> to.putLong(at, from.getLong(at) + change);
    }
  }
}
