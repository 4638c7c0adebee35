// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher makes of a TornadoVM SDK that is not there. */
class LauncherIT {
  @TempDir private Path folder;

  private record Ended(int status, String out, String err) {}

  @Test
  void withoutAnSdkTheBackendTornadoSaysWhatIsMissing() throws Exception {
    Ended devices = run(null, "devices");
    assertEquals(0, devices.status(), devices.err());
    List<String> tornado =
        devices.out().lines().filter(line -> line.startsWith("tornado ")).toList();
    assertEquals(1, tornado.size(), devices.out());
    assertTrue(tornado.getFirst().contains("unusable: "), devices.out());
    assertTrue(tornado.getFirst().contains("docs/tornadovm.md"), devices.out());
  }

  @Test
  void aFolderThatIsNoSdkIsRefusedByItsName() throws Exception {
    Ended devices = run(folder, "devices");
    assertEquals(1, devices.status());
    assertEquals(
        "loss4j: TORNADOVM_HOME is %s, but no TornadoVM SDK is there: it has no file tornado-argfile\n"
            .formatted(folder),
        devices.err());
  }

  private Ended run(Path tornado, String... arguments) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(Path.of("loss4j").toAbsolutePath().toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.command().addAll(List.of(arguments));
    builder.environment().remove("TORNADOVM_HOME");
    if (tornado != null) {
      builder.environment().put("TORNADOVM_HOME", tornado.toString());
    }
    Process process = builder.start();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the launcher hangs");
    }
    return new Ended(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
