// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches that are the pages of files, where they can be. */
class MappedBatchesTest {
  private static final int CLASSES = 5000;
  private static final int ROWS = 300;

  /** Of 2 MB. */
  private static final int BATCH_ROWS = 100;

  /** Elements of a row that takes several segments at a time, and a rest. */
  private static final int LONG_ROW = (1 << 20) + 300;

  @TempDir private Path folder;

  @Test
  void rowsOfOneFileAreMapped() throws Exception {
    assertBatches(
        Mapping.ANY,
        List.of(write("logits.npy", 0, ROWS)),
        InputStream.nullInputStream(),
        true,
        true);
  }

  @Test
  void rowsOfTwoFilesAreRead() throws Exception {
    List<String> files = List.of(write("a.npy", 0, 150), write("b.npy", 150, 150));
    assertBatches(Mapping.ANY, files, InputStream.nullInputStream(), true, false);
  }

  @Test
  void aStreamIsRead() throws Exception {
    byte[] bytes = Files.readAllBytes(Path.of(write("logits.npy", 0, ROWS)));
    assertBatches(Mapping.ANY, List.of("-"), new ByteArrayInputStream(bytes), false, false);
  }

  @Test
  @EnabledOnOs(OS.LINUX) // which has leases
  void rowsOfAFileThatNobodyWritesToAreMapped() throws Exception {
    String file = write("logits.npy", 0, ROWS);
    assertBatches(Mapping.UNCHANGING, List.of(file), InputStream.nullInputStream(), true, true);
    truncate(Path.of(file), Files.size(Path.of(file))); // waits for no lease that is left
  }

  @Test
  void rowsOfAFileThatIsOpenToWriteAreRead() throws Exception {
    String file = write("logits.npy", 0, ROWS);
    try (FileChannel writer = FileChannel.open(Path.of(file), StandardOpenOption.WRITE)) {
      assertBatches(Mapping.UNCHANGING, List.of(file), InputStream.nullInputStream(), false, false);
      assertTrue(writer.isOpen());
    }
  }

  /** Who cuts a file short waits for the batches at work; those behind them are copied. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aWriterWaitsForBatchesAtWork() throws Exception {
    int batches = 8;
    Path file = Path.of(write("logits.npy", 0, batches * BATCH_ROWS));
    try (TensorSource source = TensorSource.open(List.of(file.toString()), System.in);
        BatchReader reader = new BatchReader(List.of(source), 0, BATCH_ROWS, Mapping.UNCHANGING);
        ExecutorService writer = Executors.newSingleThreadExecutor()) {
      List<Tensor> first = reader.next();
      FileLease untilCut = FileLease.take(file);
      Future<Void> cut = writer.submit(() -> truncateAtOnce(file));
      await(() -> !untilCut.isUndisturbed());
      untilCut.release();
      AtomicInteger mapped = new AtomicInteger();
      assertCut(
          assertThrows(
              InvalidFileException.class,
              () -> {
                List<Tensor> batch = first;
                for (int row = 0; batch != null; row += BATCH_ROWS) {
                  assertRows(row, batch.getFirst());
                  if (batch.getFirst().memory().isReadOnly()) {
                    assertFalse(cut.isDone());
                    mapped.incrementAndGet();
                  } else {
                    cut.get(1, TimeUnit.MINUTES);
                  }
                  batch = reader.next();
                }
              }));
      assertTrue(mapped.get() >= 1, "the first batch was at work");
    }
  }

  private static Void truncateAtOnce(Path file) throws IOException {
    truncate(file, 0);
    return null;
  }

  /** Of three batches, the second may lie in two files. */
  private static void assertBatches(
      Mapping mapping,
      List<String> files,
      InputStream in,
      boolean firstIsMapped,
      boolean secondIsMapped)
      throws Exception {
    try (TensorSource source = TensorSource.open(files, in);
        BatchReader reader = new BatchReader(List.of(source), 0, BATCH_ROWS, mapping)) {
      for (int from = 0; from < ROWS; from += BATCH_ROWS) {
        List<Tensor> batch = reader.next();
        assertNotNull(batch);
        Tensor rows = batch.getFirst();
        // Memory that is read into can be written.
        assertEquals(
            from == BATCH_ROWS ? secondIsMapped : firstIsMapped, rows.memory().isReadOnly());
        assertRows(from, rows);
      }
      assertEquals(null, reader.next());
    }
  }

  @Test
  void aBatchEndsWithTheNext() throws Exception {
    try (TensorSource source = TensorSource.open(List.of(write("a.npy", 0, ROWS)), System.in)) {
      Tensor second;
      try (BatchReader reader = new BatchReader(List.of(source), 0, BATCH_ROWS, Mapping.ANY)) {
        Tensor first = reader.next().getFirst();
        second = reader.next().getFirst();
        assertFalse(first.memory().scope().isAlive());
        assertTrue(second.memory().scope().isAlive());
      }
      assertFalse(second.memory().scope().isAlive());
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX) // which says what is mapped
  void whatNobodyTakesIsNotLeftMapped() throws Exception {
    String name = "untaken.npy";
    try (TensorSource source = TensorSource.open(List.of(write(name, 0, ROWS)), System.in)) {
      BatchReader reader = new BatchReader(List.of(source), 0, BATCH_ROWS, Mapping.ANY);
      await(() -> isMapped(name));
      reader.close();
      await(() -> !isMapped(name));
    }
  }

  private static void await(BooleanSupplier condition) {
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          while (!condition.getAsBoolean()) {
            Thread.sleep(1);
          }
        });
  }

  private static boolean isMapped(String name) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.anyMatch(line -> line.endsWith("/" + name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aFileThatIsTooShortIsReadToSaySo() throws Exception {
    Path file = Path.of(write("logits.npy", 0, ROWS));
    try (TensorSource source = TensorSource.open(List.of(file.toString()), System.in)) {
      truncate(file, Files.size(file) - 1);
      try (BatchReader reader = new BatchReader(List.of(source), 0, ROWS, Mapping.ANY)) {
        assertCut(assertThrows(InvalidFileException.class, reader::next));
      }
    }
  }

  /**
   * A row of which nothing is left but its label, after so many evaluations that its loops are
   * compiled: the loops over ordinary elements, over those too far apart for one pass, and for the
   * largest.
   */
  @ParameterizedTest
  @CsvSource({"F32, 3, 0", "BF16, 3, 0", "F32, 300, 0", "BF16, 300, 0", "F32, 3, 0.1"})
  @DisabledOnOs(OS.WINDOWS) // which does not truncate a file that is mapped
  void aFileThatIsCutShortWhileItsRowsAreAtWorkIsAFault(DType dtype, double range, double smoothing)
      throws Exception {
    Path file = folder.resolve("row.safetensors");
    SafetensorsFile.write(file, new TreeMap<>(Map.of("row", row(dtype, range))));
    Tensor label = Tensor.of(new int[1]);
    CrossEntropyLoss loss = new CrossEntropyLoss().withLabelSmoothing(smoothing);
    try (LossSession session = LossBackend.named("cpu").open();
        TensorSource source = TensorSource.open(List.of(file.toString()), System.in);
        BatchReader reader = new BatchReader(List.of(source), 0, 1, Mapping.ANY)) {
      Tensor row = reader.next().getFirst();
      for (int i = 0; i < 100; i++) {
        session.evaluate(loss, row, label);
      }
      reader.requireReadable();
      truncate(file, 1 << 16);
      assertThrows(InternalError.class, () -> session.evaluate(loss, row, label));
      assertCut(assertThrows(InvalidFileException.class, reader::requireReadable));
    }
  }

  private static Tensor row(DType dtype, double range) {
    Tensor row = Tensor.allocate(dtype, 1, LONG_ROW);
    for (int i = 0; i < LONG_ROW; i++) {
      row.setDouble(i, range * (i % 7));
    }
    return row;
  }

  private static void assertCut(InvalidFileException fault) {
    assertTrue(fault.getMessage().contains("sooner than when it was opened"), fault.getMessage());
  }

  private static void truncate(Path file, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    }
  }

  /** Each element is its index among all. */
  private String write(String name, int first, int rows) throws IOException {
    Tensor elements = Tensor.allocate(DType.F32, rows, CLASSES);
    for (long i = 0; i < elements.size(); i++) {
      elements.setDouble(i, element(first, i));
    }
    NpyFile.write(folder.resolve(name), elements);
    return folder.resolve(name).toString();
  }

  private static void assertRows(int first, Tensor rows) {
    for (long i = 0; i < rows.size(); i++) {
      assertEquals(element(first, i), rows.getDouble(i));
    }
  }

  private static double element(int row, long i) {
    return (double) ((long) row * CLASSES + i);
  }
}
