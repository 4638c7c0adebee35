// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.loss4j.io.InvalidFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder of conformance cases: {@code index.json} lists them, each with a folder of its own that
 * holds {@code case.json} and its tensors.
 */
final class Conformance {
  private Conformance() {}

  /** Reads all cases, in the order of the index. */
  static List<ConformanceCase> read(Path folder) throws IOException {
    Path index = folder.resolve("index.json");
    List<ConformanceCase> cases = new ArrayList<>();
    for (String path : parse(index, Conformance::paths)) {
      Path caseFolder = folder.resolve(path);
      cases.add(
          parse(caseFolder.resolve("case.json"), json -> ConformanceCase.parse(json, caseFolder)));
    }
    if (cases.isEmpty()) {
      throw new InvalidFileException(index, "lists no cases");
    }
    return cases;
  }

  private static List<String> paths(JsonObject index) {
    List<String> paths = new ArrayList<>();
    for (JsonElement entry : ConformanceCase.required(index, "cases").getAsJsonArray()) {
      paths.add(ConformanceCase.string(entry.getAsJsonObject(), "path"));
    }
    return paths;
  }

  /** Makes something of JSON. */
  private interface Parser<T> {
    T parse(JsonObject json);
  }

  private static <T> T parse(Path file, Parser<T> parser) throws IOException {
    String text = Files.readString(file);
    try {
      return parser.parse(JsonParser.parseString(text).getAsJsonObject());
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
      throw new InvalidFileException(file, "is not as expected: " + e.getMessage(), e);
    }
  }
}
