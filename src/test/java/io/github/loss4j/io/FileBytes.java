// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Files as bytes, put together by the formats' definitions and not by the code under test. */
final class FileBytes {
  private FileBytes() {}

  /** A {@code .npy} file of a version, a dictionary taken as it is, and so many bytes of data. */
  static byte[] npy(int version, String dictionary, int dataBytes) {
    byte[] text = dictionary.getBytes(version == 3 ? UTF_8 : ISO_8859_1);
    ByteBuffer file =
        ByteBuffer.allocate(12 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      file.putShort((short) text.length);
    } else {
      file.putInt(text.length);
    }
    file.put(text);
    return counted(file, dataBytes);
  }

  /** A {@code .safetensors} file of a header taken as it is and so many bytes of data. */
  static byte[] safetensors(String json, int dataBytes) {
    return safetensors(json.getBytes(UTF_8), dataBytes);
  }

  static byte[] safetensors(byte[] json, int dataBytes) {
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);
    return counted(file, dataBytes);
  }

  /** Data bytes 1, 2, 3, ..., so that no two elements are equal by accident. */
  private static byte[] counted(ByteBuffer file, int dataBytes) {
    for (int i = 1; i <= dataBytes; i++) {
      file.put((byte) i);
    }
    byte[] bytes = new byte[file.position()];
    file.flip().get(bytes);
    return bytes;
  }
}
