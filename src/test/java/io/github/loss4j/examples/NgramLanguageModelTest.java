// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.LossTotals;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import io.github.loss4j.io.TensorFiles;
import io.github.loss4j.opencl.RequiresOpenCl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the model says of a text is what loss4j makes of the files that it wrote. */
class NgramLanguageModelTest {
  private static final Path TEXT = Path.of("LICENSE");

  @TempDir private static Path folder;
  private static String printed;

  @BeforeAll
  static void run() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NgramLanguageModel.run(TEXT, folder, new PrintStream(out, true, StandardCharsets.UTF_8));
    printed = out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void meanOfTheFloatsIsTheOneItPrints() throws IOException {
    assertEquals(printedMean(), evaluate("cpu", "logits.safetensors").mean(), 1e-5);
  }

  @Test
  void meanOfTheBfloat16sIsNear() throws IOException {
    assertEquals(printedMean(), evaluate("cpu", "logits-bf16.safetensors").mean(), 1e-2);
  }

  @Test
  @RequiresOpenCl
  void totalsHaveTheSameBitsOnOpenCl() throws IOException {
    for (String logits : new String[] {"logits.safetensors", "logits-bf16.safetensors"}) {
      LossTotals cpu = evaluate("cpu", logits);
      LossTotals opencl = evaluate("opencl", logits);
      assertEquals(cpu.sum(), opencl.sum(), logits);
      assertEquals(cpu.mean(), opencl.mean(), logits);
      assertEquals(cpu.correct(), opencl.correct(), logits);
    }
  }

  @Test
  void sizeOfTheBatchesLeavesNoTrace() throws IOException {
    String logits = folder.resolve("logits.safetensors").toString();
    String targets = folder.resolve("targets.npy").toString();
    double whole = EvaluateInBatches.mean(logits, targets, Long.MAX_VALUE);
    assertEquals(whole, EvaluateInBatches.mean(logits, targets, 7));
    assertEquals(whole, evaluate("cpu", "logits.safetensors").mean());
  }

  @Test
  void targetsAreTheRestOfTheText() throws IOException {
    byte[] text = Files.readAllBytes(TEXT);
    try (Arena arena = Arena.ofConfined()) {
      Tensor targets = read("targets.npy", arena);
      int trained = text.length - (int) targets.size();
      assertEquals(text.length * 9 / 10, trained);
      for (int row = 0; row < targets.size(); row++) {
        assertEquals(Byte.toUnsignedInt(text[trained + row]), targets.getLong(row));
      }
    }
  }

  @Test
  void probabilitiesAreWithoutZeroAndSumToOne() throws IOException {
    NgramModel model = new NgramModel();
    byte[] text = Files.readAllBytes(TEXT);
    model.train(text, 1000);
    double[] probabilities = new double[NgramModel.CLASSES];
    for (int at : new int[] {0, 1, 500, 2000}) {
      model.predict(text, at, probabilities);
      assertEquals(1, Arrays.stream(probabilities).sum(), 1e-12);
      assertTrue(Arrays.stream(probabilities).allMatch(p -> p > 0));
    }
  }

  @Test
  void refusesATextWithNothingToLearnFrom(@TempDir Path elsewhere) throws IOException {
    Path empty = Files.createFile(elsewhere.resolve("empty.txt"));
    IOException refusal =
        assertThrows(IOException.class, () -> NgramLanguageModel.run(empty, elsewhere, System.out));
    assertTrue(refusal.getMessage().contains("empty.txt"), refusal::getMessage);
  }

  private static double printedMean() {
    String line = printed.lines().filter(l -> l.startsWith("mean NLL")).findFirst().orElseThrow();
    return Double.parseDouble(line.substring(line.lastIndexOf(' ')));
  }

  private static LossTotals evaluate(String backend, String logits) throws IOException {
    try (Arena arena = Arena.ofShared();
        LossSession session = LossBackend.named(backend).open()) {
      return session
          .evaluate(
              new CrossEntropyLoss().withReduction(Reduction.NONE),
              read(logits, arena),
              read("targets.npy", arena),
              Request.LOSS.withAccuracy())
          .totals();
    }
  }

  private static Tensor read(String file, Arena arena) throws IOException {
    return TensorFiles.read(folder.resolve(file).toString(), arena);
  }
}
