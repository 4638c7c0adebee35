// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BenchCommandTest {
  static List<String> backends() {
    return TestBackends.usable();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void jsonHasEveryTypeAndDirection(String backend) {
    JsonObject json =
        bench("--backend", backend, "--shape", "64x100", "--shape", "2x3x4x5", "--json").json();
    assertEquals(Set.of("device", "limits", "results"), json.keySet());
    JsonObject limits = json.getAsJsonObject("limits");
    assertTrue(limits.get("readGbPerSecond").getAsDouble() > 0);
    assertTrue(limits.get("copyGbPerSecond").getAsDouble() > 0);
    assertTrue(limits.has("hostToDeviceGbPerSecond"));
    List<String> measured = new ArrayList<>();
    for (JsonElement element : json.getAsJsonArray("results")) {
      JsonObject result = element.getAsJsonObject();
      assertEquals(
          Set.of(
              "backend",
              "op",
              "direction",
              "dtype",
              "shape",
              "rows",
              "classes",
              "seconds",
              "gbPerSecond",
              "fractionOfLimit"),
          result.keySet());
      assertEquals(backend, result.get("backend").getAsString());
      double seconds = result.get("seconds").getAsDouble();
      assertTrue(seconds > 0);
      boolean forward = result.get("direction").getAsString().equals("forward");
      boolean half = result.get("dtype").getAsString().equals("BF16");
      long elements = result.get("rows").getAsLong() * result.get("classes").getAsLong();
      double bytes = elements * (half ? 2.0 : 4.0) * (forward ? 1 : 2);
      assertEquals(bytes / seconds / 1e9, result.get("gbPerSecond").getAsDouble(), 1e-9);
      assertTrue(result.get("fractionOfLimit").getAsDouble() > 0);
      measured.add(
          "%s %s %s"
              .formatted(
                  result.get("shape").getAsString(),
                  result.get("dtype").getAsString(),
                  result.get("direction").getAsString()));
    }
    assertEquals(
        List.of(
            "64x100 F32 forward",
            "64x100 F32 forward_backward",
            "64x100 BF16 forward",
            "64x100 BF16 forward_backward",
            "2x3x4x5 F32 forward",
            "2x3x4x5 F32 forward_backward",
            "2x3x4x5 BF16 forward",
            "2x3x4x5 BF16 forward_backward"),
        measured);
  }

  @ParameterizedTest
  @EnumSource
  void everyOperationIsMeasured(BenchOperation operation) {
    List<String> lines =
        bench("--backend", "cpu", "--op", operation.label(), "--shape", "7x5")
            .succeeded()
            .lines()
            .filter(line -> line.startsWith(operation.label() + " "))
            .toList();
    assertEquals(4, lines.size(), lines::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "--shape, 100, 100 is no shape; expected ROWSxCLASSES",
    "--shape, 10x0, 10x0 is no shape",
    "--shape, axb, axb is no shape",
    "--op, crossentropy, no operation is named crossentropy; there are cross_entropy",
    "--dtype, i64, --dtype I64 is not floating",
    "--rounds, 0, --rounds must be at least 1",
    "--backend, cuda, no backend is named cuda"
  })
  void whatCannotBeMeasuredIsRefused(String option, String value, String message) {
    CommandLineRun run = CommandLineRun.of("bench", option, value);
    assertEquals(2, run.status(), run::toString);
    assertTrue(run.err().contains(message), run::toString);
    assertEquals("", run.out());
  }

  @Test
  void aWaitingPersonSeesEachResultAsItComes() {
    CommandLineRun run = bench("--backend", "cpu", "--shape", "3x3", "--dtype", "f32");
    assertEquals(2, run.err().lines().count(), run::toString);
    assertFalse(run.out().isEmpty());
  }

  private static CommandLineRun bench(String... args) {
    List<String> all = new ArrayList<>(List.of("bench", "--rounds", "1", "--warm-up", "0"));
    all.addAll(Arrays.asList(args));
    return CommandLineRun.of(all.toArray(String[]::new));
  }
}
