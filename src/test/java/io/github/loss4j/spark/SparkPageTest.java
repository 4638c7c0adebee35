// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/spark.md shows is the example, and its links lead somewhere. */
class SparkPageTest {
  private static final Pattern REGION =
      Pattern.compile(
          "^ *// @start region=\"main\"\\n(.*?)^ *// @end$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  @Test
  void theSnippetIsTheExample() throws IOException {
    Matcher region =
        REGION.matcher(
            Files.readString(
                Path.of("src/examples/java/io/github/loss4j/examples/spark/EvaluateOnSpark.java")));
    assertTrue(region.find());
    String code = region.group(1).stripTrailing().stripIndent();
    assertTrue(page().contains("```java\n" + code + "\n```\n"));
  }

  @Test
  void linksLeadSomewhere() throws IOException {
    LINK.matcher(page())
        .results()
        .forEach(link -> assertTrue(Files.exists(Path.of("docs", link.group(1))), link.group(1)));
  }

  private static String page() throws IOException {
    return Files.readString(Path.of("docs/spark.md"));
  }
}
