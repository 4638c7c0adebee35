// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import io.github.loss4j.ExactSum;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The form as JSON: {@code {"format": "loss4j totals 1", "parameters": {...}, "totals": {...},
 * "crc32c": "..."}}. A sum is {@code {"value": 1.5, "exact": "..."}}: rounded, for those who look,
 * and {@link ExactSum#toBytes()} in hex, which is what is read. NaN and the infinities are strings.
 */
final class TotalsJson {
  private static final String FORMAT = "format";
  private static final String PARAMETERS = "parameters";
  private static final String TOTALS = "totals";
  private static final String CHECKSUM = "crc32c";
  private static final String VALUE = "value";
  private static final String EXACT = "exact";

  private TotalsJson() {}

  static String write(
      String title, SortedMap<String, String> parameters, Consumer<TotalsForm> fields) {
    JsonObject named = new JsonObject();
    parameters.forEach(named::addProperty);
    Writer writer = new Writer();
    fields.accept(writer);
    JsonObject json = new JsonObject();
    json.addProperty(FORMAT, title);
    json.add(PARAMETERS, named);
    json.add(TOTALS, writer.object);
    json.addProperty(CHECKSUM, checksum(json));
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json);
  }

  static <T> T read(
      String title, String text, BiFunction<SortedMap<String, String>, TotalsForm, T> content) {
    try {
      JsonObject json =
          new GsonBuilder()
              .setStrictness(Strictness.STRICT)
              .create()
              .fromJson(text, JsonObject.class);
      if (json == null || !new JsonPrimitive(title).equals(json.get(FORMAT))) {
        throw new InvalidTotalsException(
            "they do not have \"%s\": \"%s\"".formatted(FORMAT, title));
      }
      JsonElement checksum = json.remove(CHECKSUM);
      if (!new JsonPrimitive(checksum(json)).equals(checksum)) {
        throw new InvalidTotalsException("they are damaged: the checksum is not theirs");
      }
      SortedMap<String, String> parameters = new TreeMap<>();
      for (Map.Entry<String, JsonElement> named : object(json, PARAMETERS).entrySet()) {
        parameters.put(named.getKey(), primitive(named.getValue(), named.getKey()).getAsString());
      }
      return content.apply(parameters, new Reader(object(json, TOTALS)));
    } catch (JsonParseException e) {
      throw new InvalidTotalsException("they are not valid JSON", e);
    }
  }

  /** Of the text without white space. */
  private static String checksum(JsonObject json) {
    CRC32C checksum = new CRC32C();
    checksum.update(json.toString().getBytes(UTF_8));
    return HexFormat.of().toHexDigits((int) checksum.getValue());
  }

  private static JsonObject object(JsonObject json, String name) {
    if (json.get(name) instanceof JsonObject object) {
      return object;
    }
    throw new InvalidTotalsException("they have no object \"%s\"".formatted(name));
  }

  private static JsonPrimitive primitive(JsonElement element, String name) {
    if (element instanceof JsonPrimitive primitive) {
      return primitive;
    }
    throw new InvalidTotalsException("they have no value \"%s\"".formatted(name));
  }

  /** Writes fields into an object. */
  private static final class Writer extends TotalsForm {
    private JsonObject object = new JsonObject();

    @Override
    long count(String name, long value) {
      return integer(name, value);
    }

    @Override
    long integer(String name, long value) {
      object.addProperty(name, value);
      return value;
    }

    @Override
    double number(String name, double value) {
      if (Double.isFinite(value)) {
        object.addProperty(name, value);
      } else {
        object.addProperty(name, Double.toString(value));
      }
      return value;
    }

    @Override
    ExactSum sum(String name, ExactSum value) {
      group(
          name,
          () -> {
            number(VALUE, value.value());
            object.addProperty(EXACT, HexFormat.of().formatHex(value.toBytes()));
          });
      return value;
    }

    @Override
    void group(String name, Runnable fields) {
      JsonObject outer = object;
      object = new JsonObject();
      fields.run();
      outer.add(name, object);
      object = outer;
    }
  }

  /** Reads fields by their names. */
  private static final class Reader extends TotalsForm {
    private JsonObject object;

    Reader(JsonObject object) {
      this.object = object;
    }

    @Override
    long count(String name, long value) {
      long count = integer(name, value);
      if (count < 0) {
        throw new InvalidTotalsException("\"%s\" is negative".formatted(name));
      }
      return count;
    }

    @Override
    long integer(String name, long value) {
      String text = text(name);
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException e) {
        throw new InvalidTotalsException(
            "\"%s\" is %s, which is no integer".formatted(name, text), e);
      }
    }

    @Override
    double number(String name, double value) {
      String text = text(name);
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw new InvalidTotalsException(
            "\"%s\" is %s, which is no number".formatted(name, text), e);
      }
    }

    @Override
    ExactSum sum(String name, ExactSum value) {
      return hexSum(name, primitive(object(object, name).get(EXACT), name).getAsString());
    }

    private static ExactSum hexSum(String name, String hex) {
      byte[] bytes;
      try {
        bytes = HexFormat.of().parseHex(hex);
      } catch (IllegalArgumentException e) {
        throw new InvalidTotalsException("the sum \"%s\" is no hex".formatted(name), e);
      }
      return exactSum(name, bytes);
    }

    private String text(String name) {
      return primitive(object.get(name), name).getAsString();
    }

    @Override
    void group(String name, Runnable fields) {
      JsonObject outer = object;
      object = object(outer, name);
      fields.run();
      object = outer;
    }
  }
}
