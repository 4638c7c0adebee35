// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.github.loss4j.opencl.RequiresOpenCl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TuneCommandTest {

  @Test
  @RequiresOpenCl
  void printsWhatItChose(@TempDir Path folder) {
    System.setProperty("loss4j.cache", folder.toString());
    try {
      CommandLineRun run = CommandLineRun.of("tune", "--seconds", "0.01", "--json");
      JsonObject json = run.json();
      assertEquals(Set.of("device", "file", "choices"), json.keySet());
      assertTrue(Files.isRegularFile(Path.of(json.get("file").getAsString())));
      int choices = json.getAsJsonArray("choices").size();
      assertEquals(
          Set.of("rows", "candidates", "chosen", "seconds", "standardSeconds"),
          json.getAsJsonArray("choices").get(0).getAsJsonObject().keySet());
      assertEquals(choices, run.err().lines().count(), run::toString);
      String table =
          CommandLineRun.of("tune", "--seconds", "0.01", "--backend", "opencl:0").succeeded();
      assertEquals(1 + choices + 1, table.lines().count(), table);
      assertTrue(table.contains("kept in " + folder), table);
    } finally {
      System.clearProperty("loss4j.cache");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--seconds, 0, 2, --seconds must be above 0",
    "--seconds, NaN, 2, --seconds must be above 0",
    "--backend, cpu, 1, the backend cpu has nothing to tune",
    "--backend, cuda, 2, no backend is named cuda",
    "--backend, cpu:7, 1, the backend cpu has no device 7"
  })
  void whatCannotBeTunedIsRefused(String option, String value, int status, String message) {
    CommandLineRun run = CommandLineRun.of("tune", option, value);
    assertEquals(status, run.status(), run::toString);
    assertTrue(run.err().contains(message), run::toString);
  }
}
