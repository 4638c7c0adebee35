// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @Test
  void helpNamesEveryCommandAndExitStatus() {
    String help = CommandLineRun.of("--help").succeeded();
    for (String part : List.of("eval", "devices", "verify", "--debug", "0   ", "1   ", "2   ")) {
      assertTrue(help.contains(part), () -> part + " in " + help);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          eval    | --logits --targets --loss --weight --ignore-index --label-smoothing --reduction
          eval    | --backend --device --per-row --json null
          devices | --json
          verify  | DIR --backend --same-bits --json passed
          """)
  void helpOfACommandNamesItsOptions(String command, String parts) {
    String help = CommandLineRun.of(command, "--help").succeeded();
    for (String part : parts.split(" ", -1)) {
      assertTrue(help.contains(part), () -> part + " in " + help);
    }
  }

  @Test
  void versionIsThatOfTheLibraryAndOfJava() {
    assertTrue(CommandLineRun.of("--version").succeeded().matches("(?s)loss4j .*Java 2.*"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "evl",
        "eval",
        "eval --logits a --targets b --loss hinge",
        "eval --logits a --targets b --reduction median",
        "eval --logits a --targets b --device 0",
        "eval --logits a --targets b --device first --backend cpu",
        "verify",
        "verify . --backends cpu",
        "devices now"
      })
  void aCommandLineThatIsNotUnderstoodEndsWithStatus2(String line) {
    CommandLineRun run = CommandLineRun.of(line.isEmpty() ? new String[0] : line.split(" ", -1));
    assertEquals(2, run.status());
    assertEquals("", run.out());
    assertTrue(run.err().startsWith("loss4j: "), run.err());
    assertTrue(run.err().contains("--help"), run.err());
  }

  @Test
  void debugAddsTheStackTrace() {
    CommandLineRun run =
        CommandLineRun.of("eval", "--debug", "--logits", "missing.npy", "--targets", "missing.npy");
    assertEquals(1, run.status());
    assertTrue(run.err().startsWith("loss4j: missing.npy"), run.err());
    assertTrue(run.err().contains("\tat io.github.loss4j"), run.err());
  }
}
