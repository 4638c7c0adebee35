// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The launcher names methods to the JVM, which passes over those that do not exist. */
class LauncherTest {
  private static final Pattern METHOD = Pattern.compile("(FloatVector\\w*)::(\\w+|\\*)");

  @Test
  void methodsOfCompileCommandsExist() throws Exception {
    List<MatchResult> methods =
        METHOD.matcher(Files.readString(Path.of("loss4j"))).results().toList();
    assertEquals(9, methods.size());
    for (MatchResult found : methods) {
      Method[] declared =
          Class.forName("io.github.loss4j.cpu." + found.group(1)).getDeclaredMethods();
      String name = found.group(2);
      assertTrue(
          name.equals("*") || Stream.of(declared).anyMatch(method -> method.getName().equals(name)),
          found.group());
    }
  }
}
