// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The links of docs/tornadovm.md lead somewhere. */
class TornadoPageTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s#]+)[^)]*\\)");

  @Test
  void linksLeadSomewhere() throws Exception {
    LINK.matcher(Files.readString(Path.of("docs/tornadovm.md")))
        .results()
        .map(link -> link.group(1))
        .filter(link -> !link.startsWith("http"))
        .forEach(link -> assertTrue(Files.exists(Path.of("docs").resolve(link)), link));
  }
}
