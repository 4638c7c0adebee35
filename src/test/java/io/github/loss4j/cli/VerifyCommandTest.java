// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.loss4j.Tensor;
import io.github.loss4j.io.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyCommandTest {
  private static final String SEED = "seed/seed-3_1_m3-f32";
  private static final String REFUSED = "nll_loss/nll-bad-spatial_mismatch-f32";
  private static final String INT32 = "nll_loss/nll-5x3-mean-target_int32-f32";

  @TempDir private Path folder;

  /** Copies committed cases into the folder, with an index. */
  private void copy(String... cases) throws IOException {
    for (String one : cases) {
      Path target = Files.createDirectories(folder.resolve(one));
      try (Stream<Path> files = Files.list(ConformanceFolder.committed().resolve(one))) {
        for (Path file : files.toList()) {
          Files.copy(file, target.resolve(file.getFileName()));
        }
      }
    }
    Files.writeString(
        folder.resolve("index.json"),
        Stream.of(cases)
            .map("{\"path\": \"%s\"}"::formatted)
            .collect(Collectors.joining(", ", "{\"cases\": [", "]}")));
  }

  private void edit(String one, String from, String to) throws IOException {
    Path file = folder.resolve(one).resolve("case.json");
    String text = Files.readString(file);
    assertTrue(text.contains(from));
    Files.writeString(file, text.replace(from, to));
  }

  private CommandLineRun verify(String... more) {
    return CommandLineRun.of(
        Stream.concat(Stream.of("verify", folder.toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  private static List<String> lines(CommandLineRun run) {
    return run.out().lines().toList();
  }

  @Test
  void countsInItsLastLine() throws IOException {
    copy(SEED, REFUSED, INT32);
    CommandLineRun run = verify("--backend", "cpu");
    run.succeeded();
    assertEquals("2 passed, 0 failed, 1 skipped", lines(run).getLast());
    assertTrue(lines(run).getFirst().startsWith("cpu is "), run.out());
    assertEquals(
        "skipped nll-5x3-mean-target_int32-f32: PyTorch takes int64 and uint8 labels; loss4j takes"
            + " every integer type",
        lines(run).get(1));
  }

  @Test
  void aDifferentValueFailsInOneLine() throws IOException {
    copy(SEED);
    NpyFile.write(
        folder.resolve(SEED).resolve("out_grad_input.npy"), Tensor.of(new float[] {0, 0, 0}, 1, 3));
    CommandLineRun run = verify("--backend", "cpu");
    assertEquals(1, run.status());
    assertTrue(
        lines(run)
            .get(1)
            .matches("FAILED seed-3_1_m3-f32 on cpu: grad_input\\[0, 0] got \\S+, want 0.0"),
        run.out());
    assertEquals("0 passed, 1 failed, 0 skipped", lines(run).getLast());
  }

  @Test
  void aDifferentShapeFailsInOneLine() throws IOException {
    copy(SEED);
    NpyFile.write(folder.resolve(SEED).resolve("out_loss.npy"), Tensor.of(new float[1]));
    CommandLineRun run = verify("--backend", "cpu");
    assertEquals(1, run.status());
    assertEquals("FAILED seed-3_1_m3-f32 on cpu: loss got F32[], want F32[1]", lines(run).get(1));
  }

  @Test
  void aRefusalAndAResultAreNotTheSame() throws IOException {
    copy(SEED, REFUSED);
    edit(SEED, "\"expect\": \"ok\"", "\"expect\": \"error\"");
    edit(REFUSED, "\"expect\": \"error\"", "\"expect\": \"ok\"");
    CommandLineRun run = verify("--backend", "cpu");
    assertEquals(1, run.status());
    assertEquals("FAILED seed-3_1_m3-f32 on cpu: got a result, want a refusal", lines(run).get(1));
    assertTrue(lines(run).get(2).matches("FAILED nll-bad.* got a refusal \\(.*\\), want a result"));
  }

  @Test
  void operationsOfLaterVersionsAreSkippedTogether() throws IOException {
    copy(SEED, REFUSED);
    edit(SEED, "\"op\": \"cross_entropy\"", "\"op\": \"hinge_loss\"");
    edit(REFUSED, "\"op\": \"nll_loss\"", "\"op\": \"hinge_loss\"");
    CommandLineRun run = verify();
    run.succeeded();
    assertTrue(
        lines(run).contains("skipped hinge_loss (2 cases): the operation is not implemented"),
        run.out());
    assertEquals("0 passed, 0 failed, 2 skipped", lines(run).getLast());
  }

  @Test
  void jsonHasTheSameAsAnObject() throws IOException {
    copy(SEED, REFUSED, INT32);
    edit(SEED, "\"expect\": \"ok\"", "\"expect\": \"error\"");
    CommandLineRun run = verify("--backend", "cpu:0", "--json");
    assertEquals(1, run.status());
    JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
    assertEquals(1, json.get("passed").getAsInt());
    assertEquals(1, json.get("failed").getAsInt());
    assertEquals(1, json.get("skipped").getAsInt());
    assertTrue(json.getAsJsonObject("devices").has("cpu:0"));
    JsonObject failure = json.getAsJsonArray("failures").get(0).getAsJsonObject();
    assertEquals("seed-3_1_m3-f32", failure.get("case").getAsString());
    assertEquals("cpu:0", failure.get("backend").getAsString());
    assertEquals("a refusal", failure.get("want").getAsString());
    assertTrue(failure.get("output").isJsonNull());
    assertEquals(1, json.getAsJsonArray("skips").size());
  }

  @Test
  void sameBitsNeedsTwoBackends() throws IOException {
    copy(SEED);
    CommandLineRun run = verify("--same-bits", "--backend", "cpu");
    assertEquals(2, run.status());
    assertTrue(run.err().contains("--same-bits"), run.err());
  }

  @Test
  void sameBitsOfTheSameDeviceTwice() throws IOException {
    copy(SEED, REFUSED);
    verify("--same-bits", "--backend", "cpu", "--backend", "cpu:0").succeeded();
  }

  @Test
  void anUnknownBackendIsAMistakeOnTheCommandLine() throws IOException {
    copy(SEED);
    for (String spec : List.of("abacus", "cpu:first")) {
      assertEquals(2, verify("--backend", spec).status());
    }
  }

  @Test
  void aDeviceThatIsNotThereIsOneLine() throws IOException {
    copy(SEED);
    assertEquals(
        "loss4j: the backend cpu has no device 9; it has 0 (",
        verify("--backend", "cpu:9").failedWithOneLine().replaceFirst("\\(.*", "("));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{}", "{\"cases\": 1}", "{\"cases\": [{}]}", "{\"cases\": []}"})
  void anIndexThatIsNoneIsOneLine(String index) throws IOException {
    Files.writeString(folder.resolve("index.json"), index);
    assertTrue(verify().failedWithOneLine().contains("index.json"));
  }

  @Test
  void aFolderWithoutAnIndexIsOneLine() {
    assertTrue(verify().failedWithOneLine().contains("index.json"));
  }

  @Test
  void aCaseWithoutItsTensorIsOneLine() throws IOException {
    copy(SEED);
    Files.delete(folder.resolve(SEED).resolve("input.npy"));
    assertTrue(verify().failedWithOneLine().contains("input.npy"));
  }
}
