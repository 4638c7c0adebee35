// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.LossBackend.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of README.md in their order, as someone would who has just cloned the project:
 * in a copy without {@code target}, so that the first command builds the jar.
 */
class ReadmeIT {
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]+");

  /** Of a machine where nobody has said which Java. */
  private static final String WITHOUT_JAVA_HOME =
      "if command -v java > /dev/null; then unset JAVA_HOME; fi; ";

  private static final Pattern VARIES = Pattern.compile("^(backend|device|time) .*");

  @TempDir private static Path copy;
  private static Readme readme;

  @BeforeAll
  static void copy() throws Exception {
    readme = Readme.read();
    run(
        "tar cf - -C '%s' --exclude=./.git --exclude=./target . | tar xf -"
            .formatted(Path.of("").toAbsolutePath()));
  }

  @TestFactory
  List<DynamicTest> commandsDoWhatIsShown() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Readme.Block block : readme.blocks("sh")) {
      String first = block.commands().getFirst();
      if (!Readme.isRunByCi(first) && !Readme.isDocker(first)) {
        tests.add(DynamicTest.dynamicTest(first, () -> check(block)));
      }
    }
    return tests;
  }

  private static void check(Readme.Block block) throws IOException, InterruptedException {
    if (block.text().contains("--backend opencl") || block.text().contains("OpenCl")) {
      assumeOpenCl();
    }
    List<String> printed = run(block.text()).lines().map(ReadmeIT::stable).toList();
    int from = 0;
    for (String line : block.output().lines().filter(l -> !l.isBlank()).toList()) {
      int at = printed.subList(from, printed.size()).indexOf(stable(line));
      assertTrue(at >= 0, () -> "no line '%s' in %s".formatted(stable(line), printed));
      from += at + 1;
    }
  }

  /** A command that names the backend is for machines that have it; CI has. */
  private static void assumeOpenCl() {
    boolean usable =
        LossBackend.all().stream()
            .anyMatch(b -> b.name().equals("opencl") && b.status() instanceof Status.Usable);
    assertTrue(usable || !Boolean.getBoolean("loss4j.requireOpenCl"));
    Assumptions.assumeTrue(usable, "the backend opencl is not usable");
  }

  /** A line without what differs between machines and runs. */
  private static String stable(String line) {
    return VARIES.matcher(line).replaceFirst("$1").replaceAll(" +", " ").strip();
  }

  @Test
  void optionsAreThoseThatTheCommandsHave() throws Exception {
    Set<String> explained = new TreeSet<>();
    for (String command : List.of("eval", "devices", "verify", "bench", "tune")) {
      OPTION
          .matcher(run("./loss4j " + command + " --help"))
          .results()
          .forEach(option -> explained.add(option.group()));
    }
    explained.remove("--version");
    String section = readme.text().substring(readme.text().indexOf("## Command line"));
    Set<String> named = new TreeSet<>();
    OPTION
        .matcher(section.substring(0, section.indexOf("## Docker")))
        .results()
        .forEach(option -> named.add(option.group()));
    assertEquals(explained, named);
  }

  /** Runs a script that must succeed, and returns what it printed. */
  private static String run(String script) throws IOException, InterruptedException {
    Path out = copy.resolve("out.txt");
    Path err = copy.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", WITHOUT_JAVA_HOME + script)
            .directory(copy.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("XDG_CACHE_HOME", copy.resolve("cache").toString());
    builder.environment().merge("MAVEN_ARGS", mavenArguments(), (a, b) -> a + " " + b);
    Process process = builder.start();
    assertTrue(process.waitFor(10, TimeUnit.MINUTES), script);
    assertEquals(0, process.exitValue(), () -> script + contents(out) + contents(err));
    return Files.readString(out);
  }

  /** The repository of this build; installing into it is the one step that is left out. */
  private static String mavenArguments() {
    String repository = System.getProperty("maven.repo.local");
    return "-Dmaven.install.skip=true"
        + (repository == null ? "" : " -Dmaven.repo.local=" + repository);
  }

  private static String contents(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
