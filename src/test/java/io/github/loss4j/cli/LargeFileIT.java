// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.loss4j.Tensor;
import io.github.loss4j.io.NpyFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A file many times larger than the heap is evaluated all the same. */
class LargeFileIT {
  private static final int ROWS = 32_000;
  private static final int CLASSES = 50_257;
  private static final long BYTES = 4L * ROWS * CLASSES;

  @TempDir private Path folder;

  static List<String> backends() {
    return TestBackends.usable();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void sixGigabytesWithAHeapOf256Megabytes(String backend) throws Exception {
    assertTrue(BYTES > 6_000_000_000L);
    Path logits = sparseZeros();
    NpyFile.write(folder.resolve("targets.npy"), Tensor.of(new int[ROWS]));
    Path json = folder.resolve("report.json");
    Path err = folder.resolve("err.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "eval",
                "--logits",
                logits.toString(),
                "--targets",
                folder.resolve("targets.npy").toString(),
                "--backend",
                backend,
                "--json")
            .redirectOutput(json.toFile())
            .redirectError(err.toFile())
            .start();
    long most = mostResidentBytes(process);
    assertEquals(0, process.waitFor(), Files.readString(err));
    assertTrue(most < 1_000_000_000, most + " bytes were resident");
    JsonObject report = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
    assertEquals(ROWS, report.get("rows").getAsLong());
    assertEquals(Math.log(CLASSES), report.get("mean").getAsDouble(), 1e-6);
    assertEquals(1, report.get("accuracy").getAsDouble());
  }

  /** What the process had in memory at most while it ran; 0 on systems that do not say. */
  private static long mostResidentBytes(Process process) throws Exception {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    long most = 0;
    while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
      most = Math.max(most, Files.exists(status) ? residentBytes(status) : 0);
    }
    return most;
  }

  private static long residentBytes(Path status) throws IOException {
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElse(0);
  }

  /** A .npy file whose zeros take no room on the disk. */
  private Path sparseZeros() throws IOException {
    Path file = folder.resolve("logits.npy");
    String shape =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }".formatted(ROWS, CLASSES);
    String dictionary = "%-117s\n".formatted(shape);
    String header = "\u0093NUMPY\1\0" + (char) dictionary.length() + "\0" + dictionary;
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(header.getBytes(StandardCharsets.ISO_8859_1));
      out.setLength(header.length() + BYTES);
    }
    return file;
  }
}
