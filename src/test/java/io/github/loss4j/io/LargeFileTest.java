// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More than 2<sup>32</sup> bytes, of which the disk keeps only those that were written. */
class LargeFileTest {
  private static final long ROWS = 1_100_000_001L;
  private static final int LAST = 0x01234567;

  @TempDir Path folder;

  @Test
  void lastElementOfALargeNpyFileIsRead() throws IOException {
    String dictionary = "{'descr': '<i4', 'fortran_order': False, 'shape': (" + ROWS + ", 1), }";
    assertLastElementIsRead("large.npy", FileBytes.npy(1, dictionary, 0));
  }

  @Test
  void lastElementOfALargeSafetensorsFileIsRead() throws IOException {
    String header =
        """
        {"x":{"dtype":"I32","shape":[%s,1],"data_offsets":[0,%s]}}\
        """
            .formatted(ROWS, ROWS * 4);
    assertLastElementIsRead("large.safetensors", FileBytes.safetensors(header.getBytes(UTF_8), 0));
  }

  private void assertLastElementIsRead(String name, byte[] header) throws IOException {
    Path path = folder.resolve(name);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(header.length + ROWS * 4);
      file.write(header);
      file.seek(header.length + (ROWS - 1) * 4);
      file.writeInt(Integer.reverseBytes(LAST));
    }
    try (Arena arena = Arena.ofConfined()) {
      Tensor tensor = TensorFiles.read(path.toString(), arena);
      assertEquals(ROWS, tensor.size());
      assertEquals(LAST, tensor.getLong(ROWS - 1));
      assertEquals(0, tensor.getLong(ROWS - 2));
    }
  }
}
