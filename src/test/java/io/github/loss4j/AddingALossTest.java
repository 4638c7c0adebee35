// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.difflib.unifieddiff.UnifiedDiff;
import com.github.difflib.unifieddiff.UnifiedDiffFile;
import com.github.difflib.unifieddiff.UnifiedDiffReader;
import io.github.loss4j.opencl.RequiresOpenCl;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What docs/adding-a-loss.md says is so: its changes apply to the sources, which then compile, and
 * its program prints what is shown on every backend.
 */
class AddingALossTest {
  private static final String VECTORS = "--add-modules=jdk.incubator.vector";
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final List<String> SOURCES = List.of("kernels", "src/main");

  @TempDir private static Path copy;
  private static String page;
  private static Path classes;

  @BeforeAll
  static void compileWithTheChanges() throws Exception {
    page = Files.readString(Path.of("docs/adding-a-loss.md"));
    for (String folder : SOURCES) {
      copyFolder(Path.of(folder), copy.resolve(folder));
    }
    byte[] changes = String.join("", blocks("diff")).getBytes(StandardCharsets.UTF_8);
    UnifiedDiff diff = UnifiedDiffReader.parseUnifiedDiff(new ByteArrayInputStream(changes));
    for (UnifiedDiffFile file : diff.getFiles()) {
      Path path = copy.resolve(file.getToFile());
      List<String> before = Files.exists(path) ? Files.readAllLines(path) : List.of();
      Files.write(path, file.getPatch().applyFuzzy(before, 0));
    }
    classes = copy.resolve("classes");
    compile();
    copyFolder(copy.resolve("kernels"), classes.resolve("io/github/loss4j/kernels"));
    copyFolder(copy.resolve("src/main/resources"), classes);
  }

  private static List<String> blocks(String language) {
    return BLOCK
        .matcher(page)
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  private static void copyFolder(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  private static void compile() throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("-proc:none", "-nowarn", VECTORS, "-d", classes.toString()));
    arguments.addAll(List.of("-cp", libraries()));
    try (Stream<Path> files = Files.walk(copy.resolve("src/main/java"))) {
      files.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(arguments::add);
    }
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, messages, messages, arguments.toArray(String[]::new));
    assertEquals(0, status, () -> messages.toString(StandardCharsets.UTF_8));
  }

  /** The class path of this test without this project's own classes. */
  private static String libraries() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void theChangesAreThoseOfTheTable() {
    List<String> touched =
        Pattern.compile("^\\+\\+\\+ b/(.*)$", Pattern.MULTILINE)
            .matcher(page)
            .results()
            .map(file -> file.group(1).replaceFirst("src/main/java/io/github/loss4j/", ""))
            .toList();
    assertEquals(
        List.of(
            "HuberLoss.java",
            "ElementLoss.java",
            "host/ElementKernel.java",
            "cpu/ElementLosses.java",
            "kernels/huber.cl",
            "Poly1CrossEntropyLoss.java",
            "ClassLoss.java",
            "host/ClassKernel.java",
            "cpu/Poly1CrossEntropyRow.java",
            "cpu/RowTask.java",
            "kernels/poly1_cross_entropy.cl"),
        touched);
  }

  @Test
  void theProgramPrintsWhatIsShownOnTheCpu() throws Exception {
    assertPrints("cpu");
  }

  @Test
  @RequiresOpenCl
  void theProgramPrintsWhatIsShownOnOpenCl() throws Exception {
    assertPrints("opencl");
  }

  private static void assertPrints(String backend) throws IOException, InterruptedException {
    Path program = Files.writeString(copy.resolve("Try.java"), blocks("java").getFirst());
    Path out = copy.resolve(backend + ".txt");
    Path err = copy.resolve(backend + "-err.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                VECTORS,
                "-cp",
                classes + File.pathSeparator + libraries(),
                program.toString(),
                backend)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertTrue(process.waitFor(2, TimeUnit.MINUTES));
    assertEquals(0, process.exitValue(), Files.readString(err));
    assertEquals(blocks("text").getFirst(), Files.readString(out));
  }
}
