// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.io.NpyFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input ends with status 1 and one line that says what is wrong and where. */
class EvalRefusalsTest {
  @TempDir private Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    write("logits.npy", Tensor.of(new float[4 * 3], 4, 3));
    write("integers.npy", Tensor.of(new long[4 * 3], 4, 3));
    write("scalar.npy", Tensor.of(new float[1]).reshape());
    write("labels.npy", Tensor.of(new long[] {0, 1, 2, -100}));
    write("high.npy", Tensor.of(new long[] {0, 1, 3, 7}));
    write("negative.npy", Tensor.of(new long[] {0, -1, 2, 0}));
    write("three.npy", Tensor.of(new long[3]));
    write("column.npy", Tensor.of(new long[4], 4, 1));
    write("nan.npy", Tensor.of(new float[] {0, 1, Float.NaN, 2}));
    write("weights.npy", Tensor.of(new float[4]));
    byte[] whole = Files.readAllBytes(folder.resolve("logits.npy"));
    Files.write(folder.resolve("cut.npy"), Arrays.copyOf(whole, whole.length - 5));
    Files.write(folder.resolve("two.safetensors"), safetensors());
  }

  private void write(String name, Tensor tensor) throws IOException {
    NpyFile.write(folder.resolve(name), tensor);
  }

  private static byte[] safetensors() {
    byte[] header =
        """
        {"first": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
         "second": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}\
        """
            .getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + header.length + 8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  private String eval(String logits, String targets, String... more) {
    String line = CommandLineRun.eval(folder, logits, targets, more).failedWithOneLine();
    assertTrue(line.startsWith("loss4j: "), line);
    return line;
  }

  private static void assertNames(String line, String parts) {
    for (String part : parts.split(" ", -1)) {
      assertTrue(line.contains(part), () -> part + " in: " + line);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          logits.npy              | three.npy    | [4] I64[3]
          logits.npy              | column.npy   | [4] I64[4, 1]
          logits.npy              | nan.npy      | F32[4] labels integers
          integers.npy            | labels.npy   | I64[4, 3] floating
          scalar.npy              | labels.npy   | scalar (N, C)
          missing.npy             | labels.npy   | missing.npy no such file
          logits.npy              | missing.npy  | missing.npy no such file
          cut.npy                 | labels.npy   | cut.npy truncated
          .                       | labels.npy   | directory
          two.safetensors:third   | labels.npy   | two.safetensors third first second
          two.safetensors         | labels.npy   | two.safetensors first second
          logits.npy:first        | labels.npy   | logits.npy first
          """)
  void badFilesAndShapes(String logits, String targets, String named) {
    assertNames(eval(logits, targets), named);
  }

  static List<String> backends() {
    return TestBackends.usable();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aBadLabelNamesItsRowItselfAndTheRange(String backend) {
    assertNames(eval("logits.npy", "high.npy", "--backend", backend), "row 2 label 3 0 to 2");
    assertNames(eval("logits.npy", "negative.npy", "--backend", backend), "row 1 label -1");
  }

  @Test
  void aBadLabelInALaterBatchNamesItsRowInTheFile() throws IOException {
    int rows = 5000;
    int classes = 4096; // 80 MB of logits: more than a batch
    long[] labels = new long[rows];
    labels[4990] = -7;
    write("many.npy", Tensor.of(labels));
    write("large.npy", Tensor.allocate(DType.F32, rows, classes));
    assertNames(eval("large.npy", "many.npy", "--backend", "cpu"), "row 4990 label -7");
  }

  @Test
  void weightsOfAnotherLength() {
    String weights = folder.resolve("weights.npy").toString();
    assertNames(eval("logits.npy", "labels.npy", "--weight", weights), "weight [3] F32[4]");
  }

  @Test
  void nllTakesNoProbabilities() {
    assertNames(eval("logits.npy", "logits.npy", "--loss", "nll"), "integer F32[4, 3]");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aDeviceThatIsNotThereListsThoseThatAre(String backend) {
    for (String device : List.of("99", "-1")) {
      assertNames(
          eval("logits.npy", "labels.npy", "--backend", backend, "--device", device),
          backend + " " + device + " 0 (");
    }
  }

  @Test
  void aFolderThatThePerRowFileCannotBeWrittenTo() {
    String out = folder.resolve("absent").resolve("losses.npy").toString();
    assertNames(eval("logits.npy", "labels.npy", "--per-row", out), "losses.npy directory");
  }

  @Test
  void aBackendThatDoesNotExistIsAMistakeOnTheCommandLine() {
    CommandLineRun run =
        CommandLineRun.eval(folder, "logits.npy", "labels.npy", "--backend", "abacus");
    assertEquals(2, run.status());
    assertNames(run.err(), "abacus cpu");
  }

  @ParameterizedTest
  @CsvSource({"2, cross-entropy", "0.1, nll"})
  void smoothingThatDoesNotFitIsAMistakeOnTheCommandLine(String smoothing, String loss) {
    CommandLineRun run =
        CommandLineRun.eval(
            folder, "logits.npy", "labels.npy", "--label-smoothing", smoothing, "--loss", loss);
    assertEquals(2, run.status());
    assertNames(run.err(), "--label-smoothing");
  }
}
