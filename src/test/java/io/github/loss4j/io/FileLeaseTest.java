// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A writer waits until the lease, and everything mapped under it, is given up. */
@EnabledOnOs(OS.LINUX)
class FileLeaseTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("d\u00e4ten"), "0123456789");
  }

  @Test
  void aWriterWaitsForTheLeaseAndForWhatIsMapped() throws Exception {
    FileLease lease = FileLease.take(file);
    assertNotNull(lease);
    assertEquals(10, lease.size());
    assertTrue(lease.isUndisturbed());
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<Void> writer;
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment pages = lease.map(3, 4, arena);
        writer =
            thread.submit(
                () -> {
                  Files.write(file, new byte[0]);
                  return null;
                });
        while (lease.isUndisturbed()) {
          Thread.sleep(1);
        }
        lease.release();
        assertEquals(10, Files.size(file));
        assertFalse(writer.isDone());
        assertEquals('3', pages.get(ValueLayout.JAVA_BYTE, 0));
      }
      writer.get(1, TimeUnit.MINUTES);
      assertEquals(0, Files.size(file));
    }
  }

  @Test
  void aFileThatIsOpenToWriteHasNone() throws IOException {
    try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertNull(FileLease.take(file));
      assertTrue(writer.isOpen());
    }
  }

  @Test
  void noFileHasNone() {
    assertNull(FileLease.take(folder.resolve("none")));
  }

  @Test
  void readersHaveOneEach() {
    FileLease one = FileLease.take(file);
    FileLease other = FileLease.take(file);
    assertNotNull(one);
    assertNotNull(other);
    one.release();
    assertTrue(other.isUndisturbed());
    other.release();
  }
}
