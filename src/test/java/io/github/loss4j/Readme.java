// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * README.md, as tests read it.
 *
 * @param text the whole of it
 * @param blocks its fenced blocks
 */
record Readme(String text, List<Block> blocks) {
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  /**
   * A fenced block.
   *
   * @param language what follows the fence
   * @param text its lines
   * @param output the {@code text} block that is the next one; empty if the next is another
   */
  record Block(String language, String text, String output) {

    /** The commands of a shell block; a line that is continued is one command with the next. */
    List<String> commands() {
      return text.replace("\\\n", "").replace("&&\n", "&& ").lines().toList();
    }
  }

  static Readme read() throws IOException {
    String text = Files.readString(Path.of("README.md"));
    List<MatchResult> found = BLOCK.matcher(text).results().toList();
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      boolean shown = i + 1 < found.size() && found.get(i + 1).group(1).equals("text");
      blocks.add(
          new Block(
              found.get(i).group(1),
              found.get(i).group(2),
              shown ? found.get(i + 1).group(2) : ""));
    }
    return new Readme(text, blocks);
  }

  /** The blocks of a language. */
  List<Block> blocks(String language) {
    return blocks.stream().filter(block -> block.language().equals(language)).toList();
  }

  /** Whether CI runs a command, so that no test need to. */
  static boolean isRunByCi(String command) throws IOException {
    return Files.readString(Path.of(".ci/run")).contains(command);
  }

  /** Whether a command needs a Docker engine. */
  static boolean isDocker(String command) {
    return command.startsWith("docker ");
  }
}
