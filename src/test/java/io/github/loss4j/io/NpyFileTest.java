// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static io.github.loss4j.io.Faults.assertFault;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BF16")
  void everyTypeComesBackAsItWas(DType dtype) throws IOException {
    Tensor written = Tensors.counted(dtype, 3, 4);
    Tensors.assertEqual(written, writtenAndRead(written));
  }

  @ParameterizedTest
  @MethodSource("io.github.loss4j.io.Tensors#oddShapes")
  void everyShapeComesBackAsItWas(long[] shape) throws IOException {
    Tensor written = Tensors.counted(DType.F32, shape);
    Tensors.assertEqual(written, writtenAndRead(written));
  }

  @Test
  void readTensorIsReadOnly() throws IOException {
    assertTrue(writtenAndRead(Tensor.of(new float[] {1})).memory().isReadOnly());
  }

  /** Typed from what NumPy 2 writes: {@code np.save("a", np.array([1, 2], "<f4"))}. */
  @Test
  void bytesAreThoseOfNumPy() throws IOException {
    String header =
        "\u0093NUMPY\u0001\u0000v\u0000{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
            + "                                                            \n";
    byte[] numpy = (header + "\0\0\u0080?\0\0\0@").getBytes(ISO_8859_1);
    assertEquals(128 + 8, numpy.length);
    assertArrayEquals(new float[] {1, 2}, read(numpy).toFloatArray());

    NpyFile.write(folder.resolve("ours.npy"), Tensor.of(new float[] {1, 2}));
    assertArrayEquals(numpy, Files.readAllBytes(folder.resolve("ours.npy")));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyVersionIsRead(int version) throws IOException {
    String dictionary = "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }      \n";
    Tensor tensor = read(FileBytes.npy(version, dictionary, 12));
    assertEquals("I16[2, 3]", tensor.toString());
    assertEquals(0x0c0b, tensor.getLong(5));
  }

  @ParameterizedTest
  @CsvSource({
    "<f8, F64",
    "<f4, F32",
    "<f2, F16",
    "<i8, I64",
    "<i4, I32",
    "<i2, I16",
    "|i1, I8",
    "|u1, U8",
    "|b1, BOOL",
    "=i1, I8",
    "=u1, U8",
    "=b1, BOOL",
    "<i1, I8",
    "<u1, U8",
    "<b1, BOOL",
  })
  void everyDescrHasItsType(String descr, DType dtype) throws IOException {
    String dictionary = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': ()}";
    assertEquals(dtype, read(FileBytes.npy(1, dictionary, dtype.bytes())).dtype());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1)}",
        "{'shape': (2, 1,), 'fortran_order': False, 'descr': '<f4',}",
        "{\"descr\":\"<f4\",\"fortran_order\":False,\"shape\":(2,1)}",
        " { 'descr' : '<f4' ,\n'fortran_order'\t: False , 'shape' : ( 2 , 1 ) , } \r\n",
      })
  void dictionaryMayBeSpelledAsPythonAllows(String dictionary) throws IOException {
    assertEquals("F32[2, 1]", read(FileBytes.npy(1, dictionary, 8)).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"()|4", "(5,)|20", "(1, 5, 1)|20", "(0, 7, 7)|0", "(1, 1)|4"})
  void fortranOrderIsReadWhereItIsAlsoRowMajor(String shape, int dataBytes) throws IOException {
    String dictionary = "{'descr': '<f4', 'fortran_order': True, 'shape': " + shape + ", }";
    assertEquals(dataBytes / 4, read(FileBytes.npy(1, dictionary, dataBytes)).size());
  }

  @Test
  void truncatedFileNamesItsSize() throws IOException {
    Path file = folder.resolve("short.npy");
    String dictionary = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }";
    Files.write(file, FileBytes.npy(1, dictionary, 95));
    assertFault(
        file.toString(),
        "has 95 bytes of data after its header, but F64[3, 4] needs 96; the file is truncated",
        () -> NpyFile.read(file, Arena.ofAuto()));
  }

  @Test
  void bfloat16IsRefusedAndLeavesNoFile() throws IOException {
    Path file = folder.resolve("half.npy");
    Tensor bfloat16 = Tensor.allocate(DType.BF16, 2);
    InvalidInputException refusal =
        assertThrows(InvalidInputException.class, () -> NpyFile.write(file, bfloat16));
    assertEquals(
        file + ": .npy has no bfloat16; write a .safetensors file, or convert to F32",
        refusal.getMessage());
    assertFalse(Files.exists(file));
  }

  @Test
  void moreAxesThanNumPyHasAreRefused() {
    Path file = folder.resolve("axes.npy");
    Tensor deep = Tensor.of(new float[1]).reshape(Tensors.ones(65));
    assertThrows(InvalidInputException.class, () -> NpyFile.write(file, deep));
  }

  @Test
  void tensorMayBeWrittenOverItsOwnFile() throws IOException {
    Path file = folder.resolve("a.npy");
    NpyFile.write(file, Tensor.of(new float[] {1, 2, 3}));
    try (Arena arena = Arena.ofConfined()) {
      NpyFile.write(file, NpyFile.read(file, arena).slice(1, 2));
    }
    assertArrayEquals(new float[] {2, 3}, NpyFile.read(file, Arena.ofAuto()).toFloatArray());
  }

  private Tensor writtenAndRead(Tensor tensor) throws IOException {
    Path file = folder.resolve("a.npy");
    NpyFile.write(file, tensor);
    return NpyFile.read(file, Arena.ofAuto());
  }

  private static Tensor read(byte[] contents) throws IOException {
    return NpyFile.read(Path.of("a.npy"), MemorySegment.ofArray(contents));
  }
}
