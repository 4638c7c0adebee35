// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.loss4j.LossBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DevicesCommandTest {
  @Test
  void textNamesEveryBackendAndEndsWithAuto() {
    List<String> lines = CommandLineRun.of("devices").succeeded().lines().toList();
    for (LossBackend backend : LossBackend.all()) {
      assertTrue(
          lines.stream().anyMatch(line -> line.startsWith(backend.name() + " ")),
          () -> backend.name() + " in " + lines);
    }
    assertTrue(lines.getLast().startsWith("auto: loss4j computes on "), lines::toString);
  }

  @Test
  void jsonNamesEveryBackendInOrderAndWhatAutoTakes() {
    JsonObject json = CommandLineRun.of("devices", "--json").json();
    List<String> names = new ArrayList<>();
    for (JsonElement element : json.getAsJsonArray("backends")) {
      JsonObject backend = element.getAsJsonObject();
      names.add(backend.get("name").getAsString());
      assertEquals(backend.get("usable").getAsBoolean(), backend.get("reason").isJsonNull());
      for (JsonElement device : backend.getAsJsonArray("devices")) {
        assertEquals(
            Set.of("index", "name", "platform", "gpu", "memoryBytes", "usable", "reason"),
            device.getAsJsonObject().keySet());
      }
    }
    assertEquals(LossBackend.all().stream().map(LossBackend::name).toList(), names);
    assertTrue(names.contains(json.getAsJsonObject("auto").get("backend").getAsString()));
    assertFalse(json.getAsJsonObject("auto").get("reason").getAsString().isEmpty());
  }
}
