// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.github.loss4j.Tensor;
import io.github.loss4j.io.InvalidFileException;
import io.github.loss4j.io.NpyFile;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One case of a conformance folder: inputs, and what the reference made of them.
 *
 * @param name its name, unique in the folder
 * @param op what is computed, such as {@code cross_entropy}
 * @param refused whether the reference refuses the inputs
 * @param attributes the operation's parameters, as far as the operation has them
 * @param inputs files by role, such as {@code target}
 * @param outputs what was recorded; none if the inputs are refused
 */
record ConformanceCase(
    String name,
    String op,
    boolean refused,
    JsonObject attributes,
    Map<String, Path> inputs,
    List<RecordedOutput> outputs) {

  /**
   * Reads {@code case.json}.
   *
   * @param folder the folder that its files lie in
   * @throws JsonParseException if something is missing or of another type
   */
  static ConformanceCase parse(JsonObject json, Path folder) {
    Map<String, Path> inputs = new HashMap<>();
    for (JsonElement input : required(json, "inputs").getAsJsonArray()) {
      JsonObject entry = input.getAsJsonObject();
      inputs.put(string(entry, "role"), folder.resolve(string(entry, "file")));
    }
    List<RecordedOutput> outputs = new ArrayList<>();
    for (JsonElement output : required(json, "outputs").getAsJsonArray()) {
      outputs.add(RecordedOutput.parse(output.getAsJsonObject(), folder));
    }
    return new ConformanceCase(
        string(json, "name"),
        string(json, "op"),
        string(json, "expect").equals("error"),
        required(json, "attributes").getAsJsonObject(),
        inputs,
        outputs);
  }

  /** Whether an output of this role was recorded. */
  boolean has(String role) {
    return outputs.stream().anyMatch(output -> output.role().equals(role));
  }

  /** Maps the inputs. */
  Map<String, Tensor> read(Arena arena) throws InvalidFileException {
    Map<String, Tensor> tensors = new HashMap<>();
    for (Map.Entry<String, Path> input : inputs.entrySet()) {
      tensors.put(input.getKey(), NpyFile.read(input.getValue(), arena));
    }
    return tensors;
  }

  static JsonElement required(JsonObject json, String key) {
    JsonElement value = json.get(key);
    if (value == null) {
      throw new JsonParseException("there is no \"" + key + "\"");
    }
    return value;
  }

  static String string(JsonObject json, String key) {
    return required(json, key).getAsString();
  }
}
