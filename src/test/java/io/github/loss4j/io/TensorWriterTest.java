// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static io.github.loss4j.io.Faults.assertFault;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class TensorWriterTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("losses.npy");
  }

  @Test
  void piecesMakeTheWhole() throws IOException {
    // @start region="stream"
    try (TensorWriter losses = NpyFile.create(file, DType.F32, 5)) {
      losses.append(Tensor.of(new float[] {0.5f, 1.5f, 2.5f}));
      losses.append(Tensor.of(new float[] {3.5f, 4.5f}));
    }
    // @end
    assertArrayEquals(
        new float[] {0.5f, 1.5f, 2.5f, 3.5f, 4.5f},
        NpyFile.read(file, Arena.ofAuto()).toFloatArray());
    assertEquals(List.of("losses.npy"), filesInFolder());
  }

  @Test
  void piecesMakeASafetensorsFileToo() throws IOException {
    Tensor whole = Tensors.counted(DType.BF16, 4, 3);
    try (TensorWriter logits = SafetensorsFile.create(file, "logits", DType.BF16, 4, 3)) {
      logits.append(whole.slice(0, 1));
      logits.append(whole.slice(1, 0));
      logits.append(whole.slice(1, 3));
    }
    Tensors.assertEqual(whole, SafetensorsFile.open(file, Arena.ofAuto()).tensor("logits"));
  }

  @Test
  void tensorLargerThanTheBufferIsWritten() throws IOException {
    Tensor whole = Tensors.counted(DType.I16, 3, 400_001);
    NpyFile.write(file, whole);
    Tensors.assertEqual(whole, NpyFile.read(file, Arena.ofAuto()));
  }

  @Test
  void missingRowsAreNamedAndTheOlderFileStays() throws IOException {
    NpyFile.write(file, Tensor.of(new float[] {7}));
    TensorWriter writer = NpyFile.create(file, DType.F32, 5);
    writer.append(Tensor.of(new float[3]));
    assertFault(file.toString(), "F32[5] needs 20 bytes, but 12 were appended", writer::close);
    writer.close();
    assertEquals(7, NpyFile.read(file, Arena.ofAuto()).getDouble(0));
    assertEquals(List.of("losses.npy"), filesInFolder());
  }

  @Test
  void wrongPieceIsRefusedAndTheNextIsTaken() throws IOException {
    try (TensorWriter writer = NpyFile.create(file, DType.F32, 2, 3)) {
      refuse(writer, Tensor.allocate(DType.F64, 2, 3), "F64[2, 3] does not append to F32[2, 3]");
      refuse(writer, Tensor.allocate(DType.F32, 2, 4), "F32[2, 4] does not append to F32[2, 3]");
      refuse(writer, Tensor.allocate(DType.F32, 6), "F32[6] does not append to F32[2, 3]");
      refuse(writer, Tensor.allocate(DType.F32, 3, 3), "F32[3, 3] is more than the 24 bytes");
      writer.append(Tensors.counted(DType.F32, 2, 3));
    }
    Tensors.assertEqual(Tensors.counted(DType.F32, 2, 3), NpyFile.read(file, Arena.ofAuto()));
  }

  @Test
  void closedWriterTakesNothing() throws IOException {
    TensorWriter writer = NpyFile.create(file, DType.F32, 0);
    writer.close();
    assertThrows(IllegalStateException.class, () -> writer.append(Tensor.of(new float[0])));
  }

  @Test
  void impossibleShapesAreRefused() {
    for (long[] shape : List.of(new long[] {-1}, new long[] {1L << 40, 1L << 40})) {
      assertThrows(InvalidInputException.class, () -> NpyFile.create(file, DType.F32, shape));
    }
  }

  @Test
  void partThatADeadProgramLeftIsReplaced() throws IOException {
    Files.writeString(folder.resolve("losses.npy.part"), "longer than the file that comes now");
    NpyFile.write(file, Tensor.of(new float[] {1}));
    assertEquals(1, NpyFile.read(file, Arena.ofAuto()).getDouble(0));
  }

  @Test
  void missingDirectoryIsNamed() {
    Path lost = folder.resolve("lost").resolve("a.npy");
    assertFault(
        lost.toString(),
        "cannot be written: its directory does not exist",
        () -> NpyFile.write(lost, Tensor.of(new float[1])));
  }

  @Test
  void directoryIsNotReplaced() {
    assertFault(
        folder.toString(),
        "is not a regular file, so it cannot be replaced",
        () -> NpyFile.write(folder, Tensor.of(new float[1])));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void linkStaysALink() throws IOException {
    NpyFile.write(file, Tensor.of(new float[] {1}));
    Path link = Files.createSymbolicLink(folder.resolve("link.npy"), file);
    NpyFile.write(link, Tensor.of(new float[] {2}));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals(2, NpyFile.read(file, Arena.ofAuto()).getDouble(0));
  }

  private static void refuse(TensorWriter writer, Tensor piece, String fact) {
    InvalidInputException refusal =
        assertThrows(InvalidInputException.class, () -> writer.append(piece));
    assertTrue(refusal.getMessage().contains(fact), refusal.getMessage());
  }

  private List<String> filesInFolder() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).toList();
    }
  }
}
