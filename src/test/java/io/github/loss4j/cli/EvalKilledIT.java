// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.io.NpyFile;
import io.github.loss4j.io.TensorWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed at any moment, SIGKILL, and started again end with the same bytes. */
class EvalKilledIT {
  private static final int KILLS = 100;
  private static final int AT_ONCE = 2;
  private static final int ROWS = 600_000;
  private static final int CLASSES = 100;
  private static final int ROWS_AT_ONCE = 10_000;
  private static final long ROWS_PER_SEGMENT = 1000;

  @TempDir private Path folder;

  @Test
  void killedProcessesGoOnAndEndWithTheSameBytes() throws Exception {
    writeFiles();
    Path expected = folder.resolve("expected.totals");
    long began = System.nanoTime();
    assertEquals(0, start(expected, folder.resolve("expected.check"), folder).waitFor());
    // Killed before the first row, behind the last, and at all times in between.
    int longestMillis = (int) ((System.nanoTime() - began) / 1_000_000);
    byte[] totals = Files.readAllBytes(expected);
    int resumed = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<Integer>> runs =
          List.of(
              threads.submit(() -> killAgainAndAgain(1, longestMillis, totals)),
              threads.submit(() -> killAgainAndAgain(2, longestMillis, totals)));
      for (Future<Integer> run : runs) {
        resumed += run.get();
      }
    }
    System.out.printf("%d kills, %d of which left a checkpoint%n", KILLS, resumed);
    assertTrue(resumed >= KILLS / 10, resumed + " kills left a checkpoint");
  }

  /** Returns how many of the kills left a checkpoint. */
  private int killAgainAndAgain(int seed, int longestMillis, byte[] totals) throws Exception {
    Path own = Files.createDirectory(folder.resolve("run" + seed));
    Path checkpoint = own.resolve("check");
    Path out = own.resolve("totals");
    Random random = new Random(seed);
    int resumed = 0;
    for (int kills = 0; kills < KILLS / AT_ONCE; ) {
      Process process = start(out, checkpoint, own);
      if (process.waitFor(random.nextInt(longestMillis), TimeUnit.MILLISECONDS)) {
        assertEnded(process, own, out, totals);
      } else {
        process.destroyForcibly().waitFor();
        kills++;
        resumed += Files.exists(checkpoint) ? 1 : 0;
      }
    }
    assertEnded(start(out, checkpoint, own), own, out, totals);
    return resumed;
  }

  private static void assertEnded(Process process, Path own, Path out, byte[] totals)
      throws Exception {
    assertEquals(0, process.waitFor(), () -> read(own.resolve("log")));
    assertArrayEquals(totals, Files.readAllBytes(out));
    Files.delete(out);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Process start(Path out, Path checkpoint, Path own) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            "io.github.loss4j.cli.Main",
            "eval",
            "--logits",
            folder.resolve("logits.npy").toString(),
            "--targets",
            folder.resolve("labels.npy").toString(),
            "--segments",
            folder.resolve("segments.npy").toString(),
            "--metrics",
            "histogram,worst-rows",
            "--backend",
            "cpu",
            "--totals",
            out.toString(),
            "--checkpoint",
            checkpoint.toString(),
            "--checkpoint-seconds",
            "0")
        .redirectErrorStream(true)
        .redirectOutput(own.resolve("log").toFile())
        .start();
  }

  private void writeFiles() throws IOException {
    Random random = new Random(1);
    try (TensorWriter logits =
            NpyFile.create(folder.resolve("logits.npy"), DType.F32, ROWS, CLASSES);
        TensorWriter labels = NpyFile.create(folder.resolve("labels.npy"), DType.I64, ROWS);
        TensorWriter segments = NpyFile.create(folder.resolve("segments.npy"), DType.I64, ROWS)) {
      for (int from = 0; from < ROWS; from += ROWS_AT_ONCE) {
        float[] x = new float[ROWS_AT_ONCE * CLASSES];
        for (int i = 0; i < x.length; i++) {
          x[i] = 10 * random.nextFloat();
        }
        long[] ids = new long[ROWS_AT_ONCE];
        for (int i = 0; i < ids.length; i++) {
          ids[i] = (from + i) / ROWS_PER_SEGMENT;
        }
        logits.append(Tensor.of(x, ROWS_AT_ONCE, CLASSES));
        labels.append(Tensor.of(random.longs(ROWS_AT_ONCE, 0, CLASSES).toArray(), ROWS_AT_ONCE));
        segments.append(Tensor.of(ids, ROWS_AT_ONCE));
      }
    }
  }
}
