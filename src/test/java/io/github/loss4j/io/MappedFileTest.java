// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static io.github.loss4j.io.Faults.assertFault;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a file before a byte of it is looked at. */
class MappedFileTest {
  @TempDir Path folder;

  @Test
  void missingFileIsNamed() {
    assertUnreadable(folder.resolve("missing.npy"), "cannot be read: there is no such file");
  }

  @Test
  void fileAsDirectoryIsNamed() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertUnreadable(file.resolve("a.npy"), "cannot be read: there is no such file");
  }

  @Test
  void directoryIsNamed() {
    assertUnreadable(folder, "is a directory");
  }

  @Test
  void emptyFileIsNamed() throws IOException {
    assertUnreadable(Files.createFile(folder.resolve("empty.npy")), "is empty");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void deviceIsNotWaitedFor() {
    assertUnreadable(Path.of("/dev/zero"), "is not a regular file");
  }

  @Test
  void fileInAnArchiveIsNotMapped() throws IOException {
    URI archive = URI.create("jar:" + folder.resolve("a.zip").toUri());
    try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
      Path file = Files.writeString(zip.getPath("a.npy"), "x");
      assertUnreadable(file, "lies in a file system that cannot map files");
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void oddFileNameStaysOnOneLine() {
    Path odd = folder.resolve("a\nb\u0085c\u2028d\u202ee\u001b[31m");
    assertFault(
        folder + "/a\\u000ab\\u0085c\\u2028d\\u202ee\\u001b[31m",
        "there is no such file",
        () -> NpyFile.read(odd, Arena.ofAuto()));
  }

  @Test
  void nameThatIsNoPathIsNamed() {
    assertFault("a\\u0000b", "not the name of a file", () -> read("a\0b"));
    assertFault("\"\"", "is a directory", () -> read(""));
  }

  private static void assertUnreadable(Path file, String fact) {
    assertFault(file.toString(), fact, () -> NpyFile.read(file, Arena.ofAuto()));
    assertFault(file.toString(), fact, () -> SafetensorsFile.open(file, Arena.ofAuto()));
  }

  private static void read(String spec) throws IOException {
    TensorFiles.read(spec, Arena.ofAuto());
  }
}
