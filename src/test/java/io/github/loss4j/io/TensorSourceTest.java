// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are read are those that were written, from one file, several or a stream. */
class TensorSourceTest {
  private static final int COLUMNS = 3;

  @TempDir private Path folder;

  @Test
  void rowsOfOneFile() throws IOException {
    String logits = write("logits.npy", 0, 10);
    // @start region="read"
    try (TensorSource source = TensorSource.open(List.of(logits), System.in)) {
      Tensor rows = Tensor.allocate(source.dtype(), 4, source.shape()[1]);
      source.read(6, rows); // rows 6 to 9
      // @end
      assertRows(6, rows);
      assertEquals(10, source.rows());
      assertEquals(10L * COLUMNS * Integer.BYTES, source.byteSize());
    }
  }

  @Test
  void severalFilesAreOneBehindTheOther() throws IOException {
    List<String> files = List.of(write("c.npy", 0, 4), write("a.npy", 4, 0), write("b.npy", 4, 7));
    try (TensorSource source = TensorSource.open(files, System.in);
        Arena arena = Arena.ofConfined()) {
      assertArrayEquals(new long[] {11, COLUMNS}, source.shape());
      for (int from = 0; from <= 11; from++) {
        for (int count = 0; count <= 11 - from; count++) {
          Tensor rows = Tensor.allocate(DType.I32, count, COLUMNS);
          source.read(from, rows);
          assertRows(from, rows);
        }
      }
      assertRows(0, source.all(arena));
    }
  }

  @Test
  void patternsAndShardsStandForTheirFiles() throws IOException {
    write("logits-2.npy", 3, 3);
    write("logits-1.npy", 0, 3);
    write("other.npy", 0, 1);
    assertFiles(6, folder.resolve("logits-*.npy").toString());
    assertFiles(6, folder.resolve("logits-[0-9].npy").toString());
    for (int shard = 1; shard <= 3; shard++) {
      SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("x", rows(shard * 2 - 2, 2));
      tensors.put("y", rows(0, 1));
      SafetensorsFile.write(
          folder.resolve("model-0000%d-of-00003.safetensors".formatted(shard)), tensors);
    }
    assertFiles(6, folder.resolve("model-00001-of-00003.safetensors:x").toString());
    assertFiles(6, folder.resolve("model-*.safetensors:x").toString());
    assertFiles(2, folder.resolve("model-00002-of-00003.safetensors:x") + "", 2);
    Files.delete(folder.resolve("model-00002-of-00003.safetensors"));
    assertRefused(
        "model-00002-of-00003.safetensors",
        folder.resolve("model-00001-of-00003.safetensors:x").toString());
    assertRefused("fits the name of no file", folder.resolve("none-*.npy").toString());
  }

  @Test
  void filesThatDoNotGoTogetherAreRefused() throws IOException {
    String first = write("first.npy", 0, 2);
    NpyFile.write(folder.resolve("long.npy"), Tensor.of(new long[COLUMNS], 1, COLUMNS));
    NpyFile.write(folder.resolve("wide.npy"), Tensor.of(new int[4], 1, 4));
    NpyFile.write(folder.resolve("scalar.npy"), Tensor.scalar(1, DType.F32));
    assertRefused("I64[1, 3]", first, folder.resolve("long.npy").toString());
    assertRefused("I32[1, 4]", first, folder.resolve("wide.npy").toString());
    assertRefused("F32[]", first, folder.resolve("scalar.npy").toString());
    assertRefused("no such file", first, folder.resolve("missing.npy").toString());
  }

  @Test
  void aStreamIsReadOnceAndForwards() throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(write("logits.npy", 0, 10)));
    try (TensorSource source = stream(bytes)) {
      assertRows(2, read(source, 2, 3));
      assertRows(8, read(source, 8, 2));
      InvalidInputException refused =
          assertThrows(InvalidInputException.class, () -> read(source, 0, 1));
      assertTrue(refused.getMessage().contains("cannot be read again"), refused.getMessage());
    }
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      InvalidFileException fault =
          assertThrows(InvalidFileException.class, () -> readAll(cut), length + " bytes");
      assertTrue(fault.getMessage().startsWith("standard input: "), fault.getMessage());
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertTrue(
        assertThrows(InvalidFileException.class, () -> readAll(longer))
            .getMessage()
            .contains("nothing after it"));
    byte[] none = "PK not an array".getBytes(UTF_8);
    assertThrows(InvalidFileException.class, () -> readAll(none));
  }

  @Test
  void aFileThatWasCutShortMeanwhileIsAFault() throws IOException {
    String file = write("logits.npy", 0, 10);
    try (TensorSource source = TensorSource.open(List.of(file), System.in)) {
      try (FileChannel channel = FileChannel.open(Path.of(file), StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() - 1);
      }
      assertRows(0, read(source, 0, 9));
      InvalidFileException fault =
          assertThrows(InvalidFileException.class, () -> read(source, 9, 1));
      assertTrue(fault.getMessage().contains("sooner than when it was opened"), fault.getMessage());
    }
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    String file = write("logits.npy", 0, 10);
    try (TensorSource source = TensorSource.open(List.of(file), System.in)) {
      assertThrows(InvalidInputException.class, () -> read(source, 8, 3));
      assertThrows(InvalidInputException.class, () -> read(source, -1, 1));
      Tensor wide = Tensor.allocate(DType.I32, 1, COLUMNS + 1);
      assertThrows(InvalidInputException.class, () -> source.read(0, wide));
      Tensor floats = Tensor.allocate(DType.F32, 1, COLUMNS);
      assertThrows(InvalidInputException.class, () -> source.read(0, floats));
    }
  }

  @Test
  void batchesAreAllRowsInTheirOrder() throws Exception {
    List<String> files = List.of(write("a.npy", 0, 10), write("b.npy", 10, 13));
    for (int batchRows : new int[] {1, 4, 23, 100}) {
      try (TensorSource source = TensorSource.open(files, System.in);
          TensorSource again = TensorSource.open(files, System.in);
          BatchReader reader = new BatchReader(List.of(source, again), 2, batchRows)) {
        long row = 2;
        for (List<Tensor> batch = reader.next(); batch != null; batch = reader.next()) {
          assertRows((int) row, batch.get(0));
          assertRows((int) row, batch.get(1));
          row += batch.getFirst().extent(0);
        }
        assertEquals(23, row);
        assertEquals(null, reader.next());
      }
    }
  }

  @Test
  void aFailureOfTheReaderReachesWhoTakesTheBatches() throws Exception {
    byte[] bytes = Files.readAllBytes(Path.of(write("logits.npy", 0, 10)));
    try (TensorSource source = stream(Arrays.copyOf(bytes, bytes.length - 1));
        BatchReader reader = new BatchReader(List.of(source), 0, 4)) {
      assertRows(0, reader.next().getFirst());
      assertRows(4, reader.next().getFirst());
      assertThrows(InvalidFileException.class, reader::next);
      assertThrows(InvalidFileException.class, reader::next);
    }
  }

  private static TensorSource stream(byte[] bytes) throws InvalidFileException {
    return TensorSource.open(List.of("-"), new ByteArrayInputStream(bytes));
  }

  private static void readAll(byte[] bytes) throws InvalidFileException {
    try (TensorSource source = stream(bytes)) {
      read(source, 0, source.rows());
    }
  }

  private static Tensor read(TensorSource source, long from, long count)
      throws InvalidFileException {
    Tensor rows = Tensor.allocate(source.dtype(), count, COLUMNS);
    source.read(from, rows);
    return rows;
  }

  private void assertFiles(int rows, String spec) throws IOException {
    assertFiles(rows, spec, 0);
  }

  private void assertFiles(int rows, String spec, int first) throws IOException {
    try (TensorSource source = TensorSource.open(List.of(spec), InputStream.nullInputStream());
        Arena arena = Arena.ofConfined()) {
      assertEquals(rows, source.rows());
      assertRows(first, source.all(arena));
    }
  }

  private static void assertRefused(String part, String... specs) {
    InvalidFileException fault =
        assertThrows(
            InvalidFileException.class, () -> TensorSource.open(List.of(specs), System.in));
    assertTrue(fault.getMessage().contains(part), fault.getMessage());
  }

  private String write(String name, int first, int count) throws IOException {
    Path file = folder.resolve(name);
    NpyFile.write(file, rows(first, count));
    return file.toString();
  }

  private static Tensor rows(int first, int count) {
    int[] elements = new int[count * COLUMNS];
    Arrays.setAll(elements, i -> first * COLUMNS + i);
    return Tensor.of(elements, count, COLUMNS);
  }

  private static void assertRows(int first, Tensor rows) {
    long[] elements = new long[(int) rows.size()];
    Arrays.setAll(elements, i -> (long) first * COLUMNS + i);
    assertArrayEquals(elements, rows.toLongArray());
  }
}
