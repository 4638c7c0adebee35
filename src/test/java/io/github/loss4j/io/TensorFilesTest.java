// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static io.github.loss4j.io.Faults.assertFault;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class TensorFilesTest {
  @TempDir Path folder;
  private String npy;
  private String one;
  private String several;

  @BeforeEach
  void writeFiles() throws IOException {
    npy = write("a.npy", DType.F64);
    one = write("one.safetensors", DType.F32);
    several = write("several.safetensors", DType.F32, DType.BF16, DType.I64);
  }

  @Test
  void formatIsFoundInTheContent() throws IOException {
    assertEquals(DType.F64, read(npy).dtype());
    assertEquals(DType.F32, read(one).dtype());
    assertEquals(DType.F64, read(Files.move(Path.of(npy), folder.resolve("x")).toString()).dtype());
    assertEquals(DType.F32, read(Files.move(Path.of(one), Path.of(npy)).toString()).dtype());
  }

  @Test
  void tensorIsNamedAfterAColon() throws IOException {
    try (Arena arena = Arena.ofShared()) {
      // @start region="read"
      Tensor targets = TensorFiles.read(npy, arena);
      Tensor logits = TensorFiles.read(several + ":BF16", arena);
      // @end
      assertEquals("F64[2]", targets.toString());
      assertEquals("BF16[2]", logits.toString());
    }
    assertEquals(DType.F32, read(one + ":F32").dtype());
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void longestNameOfAFileWins() throws IOException {
    SequencedMap<String, Tensor> odd = new LinkedHashMap<>();
    odd.put("b", Tensor.allocate(DType.I8, 1));
    odd.put("b:c", Tensor.allocate(DType.I16, 1));
    SafetensorsFile.write(folder.resolve("a"), odd);
    String a = folder.resolve("a").toString();
    assertEquals(DType.I8, read(a + ":b").dtype());
    assertEquals(DType.I16, read(a + ":b:c").dtype());
    NpyFile.write(folder.resolve("a:b:c"), Tensor.allocate(DType.F64, 1));
    assertEquals(DType.F64, read(a + ":b:c").dtype());
    SafetensorsFile.write(folder.resolve("a:b"), Map.of("x", Tensor.allocate(DType.U8, 1)));
    assertEquals(DType.U8, read(a + ":b").dtype());
    assertEquals(DType.U8, read(a + ":b:x").dtype());
  }

  @Test
  void severalTensorsAreListed() {
    assertFault(
        several,
        "holds 3 tensors; append ':' and the name of one: \"F32\", \"BF16\", \"I64\"",
        () -> read(several));
    assertFault(
        several, "has no tensor \"x\"; it has \"F32\", \"BF16\"", () -> read(several + ":x"));
    assertFault(several, "has no tensor \"\"; it has \"F32\"", () -> read(several + ":"));
  }

  @Test
  void emptySafetensorsFileHoldsNoTensor() throws IOException {
    String none = write("none.safetensors");
    assertFault(none, "holds no tensor", () -> read(none));
    assertFault(none, "has no tensor \"x\"; it has none at all", () -> read(none + ":x"));
  }

  @Test
  void npyHasNoNames() {
    assertFault(npy, "leave out \":x\"", () -> read(npy + ":x"));
  }

  @Test
  void neitherFormatSaysWhatIsRead() throws IOException {
    Path zip = Files.write(folder.resolve("model.pt"), new byte[] {'P', 'K', 3, 4, 0});
    assertFault(
        zip.toString(),
        "is neither .npy nor .safetensors, which are read; it begins with the bytes 50 4b 03 04 00,"
            + " a zip archive as of numpy.savez or torch.save",
        () -> read(zip.toString()));
    Path text = Files.writeString(folder.resolve("a.csv"), "1");
    assertFault(text.toString(), "it begins with the bytes 31", () -> read(text.toString()));
  }

  @Test
  void suffixDecidesWhatIsSaidOfOtherContent() throws IOException {
    Files.writeString(Path.of(npy), "0123456789");
    Files.writeString(Path.of(one), "0123456789");
    assertFault(npy, "is no .npy file", () -> read(npy));
    assertFault(one, "is no .safetensors file", () -> read(one));
  }

  @Test
  void missingFileIsNamedAsAWhole() {
    String missing = folder.resolve("missing.npy:x").toString();
    assertFault(missing, "there is no such file", () -> read(missing));
  }

  private String write(String name, DType... dtypes) throws IOException {
    Path file = folder.resolve(name);
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (DType dtype : dtypes) {
      tensors.put(dtype.name(), Tensor.allocate(dtype, 2));
    }
    if (name.endsWith(".npy")) {
      NpyFile.write(file, tensors.firstEntry().getValue());
    } else {
      SafetensorsFile.write(file, tensors);
    }
    return file.toString();
  }

  private static Tensor read(String spec) throws IOException {
    return TensorFiles.read(spec, Arena.ofAuto());
  }
}
