// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line called within this process: its exit status and what it printed. */
record CommandLineRun(int status, String out, String err) {
  static {
    TerminalLog.configure();
  }

  static CommandLineRun of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new CommandLineRun(status, out.toString(), err.toString());
  }

  /** {@code loss4j eval} on two files of a folder. */
  static CommandLineRun eval(Path folder, String logits, String targets, String... more) {
    List<String> args = new ArrayList<>(List.of("eval"));
    args.addAll(List.of("--logits", folder.resolve(logits).toString()));
    args.addAll(List.of("--targets", folder.resolve(targets).toString()));
    args.addAll(List.of(more));
    return of(args.toArray(String[]::new));
  }

  /** The output of a command that must have succeeded. */
  String succeeded() {
    assertEquals(0, status, this::toString);
    return out;
  }

  /** The JSON object that a command that must have succeeded printed. */
  JsonObject json() {
    return JsonParser.parseString(succeeded()).getAsJsonObject();
  }

  /** The only line of a command that must have failed without printing anything else. */
  String failedWithOneLine() {
    assertEquals(1, status, this::toString);
    assertEquals("", out);
    List<String> lines = err.lines().toList();
    assertEquals(1, lines.size(), this::toString);
    return lines.getFirst();
  }
}
