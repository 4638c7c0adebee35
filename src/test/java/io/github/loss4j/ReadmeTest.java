// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What README.md says is so, as far as nothing need be run for it; {@link ReadmeIT} runs it. */
class ReadmeTest {
  private static final Pattern REGION =
      Pattern.compile(
          "^ *// @start region=\\S+\\n(.*?)^ *// @end$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern IMAGE_FILE = Pattern.compile("docker build -f (\\S+) -t (\\S+) \\.");
  private static final Pattern IMAGE_RUN = Pattern.compile("docker run .*?(loss4j\\S*) (\\w+).*");

  private static Readme readme;

  @BeforeAll
  static void read() throws IOException {
    readme = Readme.read();
  }

  @Test
  void snippetsAreRegionsOfTheExamples() throws IOException {
    Path examples = Path.of("src/examples/java/io/github/loss4j/examples");
    assertEquals(
        List.of(
            region(examples.resolve("Quickstart.java")),
            region(examples.resolve("EvaluateInBatches.java")),
            region(examples.resolve("OpenClBuffers.java"))),
        readme.blocks("java").stream().map(Readme.Block::text).toList());
  }

  private static String region(Path source) throws IOException {
    MatchResult found =
        REGION.matcher(Files.readString(source)).results().findFirst().orElseThrow();
    return found.group(1).stripTrailing().stripIndent() + "\n";
  }

  @Test
  void dependencyIsThisProject() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    String block = readme.blocks("xml").getFirst().text();
    for (String element : List.of("groupId", "artifactId", "version")) {
      assertEquals(first(element, pom), first(element, block));
    }
  }

  private static String first(String element, String xml) {
    Pattern pattern = Pattern.compile("<%1$s>(.*?)</%1$s>".formatted(element));
    return pattern.matcher(xml).results().findFirst().orElseThrow().group(1);
  }

  @Test
  void tableOfLossesHasEveryClassAndParameter() {
    List<Class<?>> losses =
        Stream.concat(records(Loss.class), records(Normalization.class)).toList();
    assertEquals(9, losses.size());
    for (Class<?> loss : losses) {
      String row = line("| `%s` |".formatted(loss.getSimpleName()));
      assertTrue(row.contains(origin(loss)), row);
      for (RecordComponent parameter : loss.getRecordComponents()) {
        assertTrue(row.contains("`%s`".formatted(parameter.getName())), parameter + " in " + row);
      }
    }
    assertEquals(new CrossEntropyLoss(null, -100, Reduction.MEAN, 0), new CrossEntropyLoss());
    assertEquals(new NLLLoss(null, -100, Reduction.MEAN), new NLLLoss());
    assertEquals(new SoftmaxFocalLoss(null, 2, -100, Reduction.MEAN), new SoftmaxFocalLoss());
    assertEquals(new BCELoss(null, Reduction.MEAN), new BCELoss());
    assertEquals(new BCEWithLogitsLoss(null, Reduction.MEAN, null), new BCEWithLogitsLoss());
    assertEquals(new SigmoidFocalLoss(0.25, 2, Reduction.NONE), new SigmoidFocalLoss());
    assertEquals(new KLDivLoss(Reduction.MEAN, false), new KLDivLoss());
  }

  /** What a class is modelled on. */
  private static String origin(Class<?> loss) {
    return switch (loss.getSimpleName()) {
      case "SigmoidFocalLoss" -> "`torchvision.ops.sigmoid_focal_loss`";
      case "SoftmaxFocalLoss" -> "https://arxiv.org/abs/1708.02002";
      default -> "`torch.nn.%s`".formatted(loss.getSimpleName());
    };
  }

  /** The records of a sealed hierarchy. */
  private static Stream<Class<?>> records(Class<?> type) {
    return type.isRecord()
        ? Stream.of(type)
        : Stream.of(type.getPermittedSubclasses()).flatMap(ReadmeTest::records);
  }

  private static String line(String start) {
    return readme.text().lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
  }

  @Test
  void linksLeadSomewhere() {
    Set<String> anchors = new HashSet<>();
    readme
        .text()
        .lines()
        .filter(line -> line.startsWith("#"))
        .forEach(
            heading ->
                anchors.add(
                    heading.replaceFirst("#+ ", "#").toLowerCase(Locale.ROOT).replace(' ', '-')));
    for (MatchResult link : LINK.matcher(readme.text()).results().toList()) {
      String target = link.group(1);
      boolean leadsSomewhere =
          target.startsWith("https://")
              || anchors.contains(target)
              || Files.exists(Path.of(target));
      assertTrue(leadsSomewhere, target);
    }
  }

  @Test
  void ciRunsTheTests() throws IOException {
    assertTrue(commands().contains("./mvnw -B -ntp verify"));
    assertTrue(Readme.isRunByCi("./mvnw -B -ntp verify"));
    assertTrue(readme.text().contains("docker/install-opencl.sh pocl"));
    assertTrue(Readme.isRunByCi("docker/install-opencl.sh pocl"));
  }

  /** No Docker engine runs in CI: the files are there, and what runs is an image that was built. */
  @Test
  void imagesAreBuiltFromFilesThatAreThere() {
    Set<String> built = new HashSet<>();
    for (String command : commands().stream().filter(Readme::isDocker).toList()) {
      var build = IMAGE_FILE.matcher(command);
      var run = IMAGE_RUN.matcher(command);
      if (build.matches()) {
        assertTrue(Files.isRegularFile(Path.of(build.group(1))), command);
        built.add(build.group(2));
      } else {
        assertTrue(run.matches() && built.contains(run.group(1)), command);
        assertTrue(readme.text().contains("| `./loss4j %s` |".formatted(run.group(2))), command);
      }
    }
    assertEquals(Set.of("loss4j", "loss4j:nvidia"), built);
  }

  private static List<String> commands() {
    return readme.blocks("sh").stream().flatMap(block -> block.commands().stream()).toList();
  }
}
