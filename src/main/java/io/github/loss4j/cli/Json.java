// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;

/**
 * What {@code --json} prints: the components of a record in their order. JSON has no NaN and no
 * infinity; they are null.
 */
final class Json {
  private static final JsonSerializer<Double> FINITE_OR_NULL =
      (value, type, context) -> finite(value);

  private static final Gson GSON =
      new GsonBuilder()
          .serializeNulls()
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .registerTypeAdapter(Double.class, FINITE_OR_NULL)
          .registerTypeAdapter(double.class, FINITE_OR_NULL)
          .create();

  private Json() {}

  static String of(Record value) {
    return GSON.toJson(value);
  }

  private static JsonElement finite(double value) {
    return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
  }
}
