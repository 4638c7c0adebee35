// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static io.github.loss4j.io.Faults.assertFault;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void everyTypeComesBackAsItWas(DType dtype) throws IOException {
    Tensor written = Tensors.counted(dtype, 3, 4);
    Tensors.assertEqual(written, writtenAndRead(Map.of("x", written)).tensor("x"));
  }

  @ParameterizedTest
  @MethodSource("io.github.loss4j.io.Tensors#oddShapes")
  void everyShapeComesBackAsItWas(long[] shape) throws IOException {
    Tensor written = Tensors.counted(DType.BF16, shape);
    Tensors.assertEqual(written, writtenAndRead(Map.of("x", written)).tensor("x"));
  }

  @Test
  void tensorsKeepTheirOrderAndTheirBytes() throws IOException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (DType dtype : DType.values()) {
      tensors.put("one of " + dtype, Tensors.counted(dtype, 3));
      tensors.put("none of " + dtype, Tensors.counted(dtype, 0));
    }
    SafetensorsFile file = writtenAndRead(tensors);
    assertEquals(List.copyOf(tensors.keySet()), file.names());
    for (String name : file.names()) {
      Tensors.assertEqual(tensors.get(name), file.tensor(name));
      assertTrue(file.tensor(name).memory().isReadOnly());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a.b:c/d", "\"\\\n\u2028", "\u00e9\u4e2d", "\ud83d\ude00"})
  void everyNameComesBackAsItWas(String name) throws IOException {
    assertEquals(List.of(name), writtenAndRead(Map.of(name, Tensors.counted(DType.F32))).names());
  }

  @Test
  void noTensorIsAFileToo() throws IOException {
    assertEquals(List.of(), writtenAndRead(Map.of()).names());
  }

  /** By the format's definition: length, header padded with blanks to 8 bytes, data. */
  @Test
  void bytesAreThoseOfTheDefinition() throws IOException {
    writtenAndRead(Map.of("xy", Tensors.counted(DType.F32, 2, 1)));
    String header = "{\"xy\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}}       ";
    assertEquals(0, header.length() % 8);
    assertArrayEquals(
        FileBytes.safetensors(header, 8), Files.readAllBytes(folder.resolve("a.safetensors")));
  }

  @Test
  void headerMayBeInAnyOrderWithMetadataAndUnknownKeys() throws IOException {
    String header =
        """
        { "b" : {"data_offsets":[4,6], "more":[{"x":[1.5,null,true]}], "shape":[1,2], "dtype":"U8"},
          "__metadata__": {"format": "pt", "": ""},
          "a" : {"dtype":"F32", "shape":[], "data_offsets":[0,4]} }

        """;
    SafetensorsFile file = read(FileBytes.safetensors(header, 6));
    assertEquals(List.of("b", "a"), file.names());
    assertEquals("U8[1, 2]", file.tensor("b").toString());
    assertArrayEquals(new long[] {5, 6}, file.tensor("b").toLongArray());
    assertEquals("F32[]", file.tensor("a").toString());
  }

  @Test
  void unsupportedTypeFailsOnlyWhenItIsAskedFor() throws IOException {
    String header =
        """
        {"old":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[0,3]},\
        "new":{"dtype":"I8","shape":[1],"data_offsets":[3,4]}}\
        """;
    SafetensorsFile file = read(FileBytes.safetensors(header, 4));
    assertEquals(4, file.tensor("new").getLong(0));
    assertFault(
        "a.safetensors",
        "tensor \"old\" has dtype \"F8_E4M3\", which is not supported; expected one of [F64, F32",
        () -> file.tensor("old"));
  }

  @Test
  void unknownNameListsTheNames() throws IOException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < 25; i++) {
      tensors.put("t" + i, Tensors.counted(DType.U8));
    }
    SafetensorsFile file = writtenAndRead(tensors);
    String path = folder.resolve("a.safetensors").toString();
    assertFault(path, "has no tensor \"x\"; it has \"t0\", \"t1\"", () -> file.tensor("x"));
    assertFault(path, "\"t18\", \"t19\" and 5 more", () -> file.tensor("x"));
  }

  @Test
  void truncatedFileNamesItsSize() throws IOException {
    Path path = folder.resolve("a.safetensors");
    String header = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}}";
    Files.write(path, FileBytes.safetensors(header, 7));
    assertFault(
        path.toString(),
        "tensor \"x\" has data_offsets [0, 8], which are no range of the 7 bytes of data",
        () -> SafetensorsFile.open(path, Arena.ofAuto()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"__metadata__", "\ud800"})
  void nameThatCannotBeReadAgainIsNotWritten(String name) {
    Path path = folder.resolve("a.safetensors");
    Map<String, Tensor> tensors = Map.of(name, Tensors.counted(DType.F32));
    assertThrows(InvalidInputException.class, () -> SafetensorsFile.write(path, tensors));
    assertFalse(Files.exists(path));
  }

  private SafetensorsFile writtenAndRead(Map<String, Tensor> tensors) throws IOException {
    Path path = folder.resolve("a.safetensors");
    SafetensorsFile.write(path, tensors);
    return SafetensorsFile.open(path, Arena.ofAuto());
  }

  private static SafetensorsFile read(byte[] contents) throws IOException {
    return SafetensorsFile.of(Path.of("a.safetensors"), MemorySegment.ofArray(contents));
  }
}
