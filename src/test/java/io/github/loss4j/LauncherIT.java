// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher makes of a TornadoVM SDK that is not there, and of the build's caches. */
class LauncherIT {
  @TempDir private Path folder;

  private String options = "";

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

  /** The JVM says nothing of a cache that it passes over. */
  @ParameterizedTest
  @ValueSource(strings = {"eval", "eval --backend opencl", "eval --logits large.npy"})
  void classesAreInACache(String command) throws Exception {
    Path loaded = folder.resolve("loaded");
    options = "-Xlog:class+load:file=" + loaded;
    try (RandomAccessFile large =
        new RandomAccessFile(folder.resolve("large.npy").toFile(), "rw")) {
      large.setLength(300L << 20);
    }
    Ended help = run(null, (command + " --help").split(" "));
    assertEquals(0, help.status(), help.err());
    List<String> classes = Files.readAllLines(loaded);
    for (String name : List.of("io.github.loss4j.cli.EvalCommand", "picocli.CommandLine")) {
      List<String> lines =
          classes.stream().filter(line -> line.contains("] " + name + " source: ")).toList();
      assertEquals(1, lines.size(), name);
      assertTrue(lines.getFirst().contains(" shared objects file"), lines.getFirst());
    }
  }

  private Ended run(Path tornado, String... arguments) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(Path.of("loss4j").toAbsolutePath().toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.command().addAll(List.of(arguments));
    builder.directory(folder.toFile());
    builder.environment().remove("TORNADOVM_HOME");
    builder.environment().put("LOSS4J_JAVA_OPTS", options);
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
