// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a {@code .safetensors} header: {@code {"logits": {"dtype": "F32", "shape": [3, 4],
 * "data_offsets": [0, 48]}, "__metadata__": {"made by": "us"}}}. This class alone knows Gson.
 *
 * <p>When it is read, every token is looked at before it is taken, so that Gson has no reason to
 * convert anything ({@code "3"}, {@code 3.0} and {@code 3e0} are no extents) or to throw anything
 * but syntax errors.
 */
final class SafetensorsJson {
  static final String METADATA = "__metadata__";

  /** Ours needs 3; what other keys hold is skipped, but not without end. */
  private static final int DEEPEST = 16;

  private final Path file;
  private final JsonReader json;
  private final CharsetEncoder unicode = UTF_8.newEncoder();

  private SafetensorsJson(Path file, JsonReader json) {
    this.file = file;
    this.json = json;
  }

  /** The tensors in the order of the header. */
  static SequencedMap<String, SafetensorsEntry> read(Path file, MemorySegment header)
      throws InvalidFileException {
    // A decoder of its own refuses malformed bytes; the one that a Charset makes replaces them.
    InputStreamReader text =
        new InputStreamReader(new SegmentInputStream(header), UTF_8.newDecoder());
    try (JsonReader json = new JsonReader(text)) {
      json.setStrictness(Strictness.STRICT);
      json.setNestingLimit(DEEPEST);
      return new SafetensorsJson(file, json).header();
    } catch (InvalidFileException e) {
      throw e;
    } catch (CharacterCodingException e) {
      throw new InvalidFileException(file, "the header is not valid UTF-8", e);
    } catch (IOException e) {
      throw InvalidFileException.because(e, file, "the header cannot be read");
    }
  }

  /** The JSON of tensors whose data follow one another in this order. */
  static String write(SequencedMap<String, ArrayLayout> layouts) {
    JsonObject header = new JsonObject();
    long offset = 0;
    for (Map.Entry<String, ArrayLayout> tensor : layouts.entrySet()) {
      ArrayLayout layout = tensor.getValue();
      long end = Math.addExact(offset, layout.bytes());
      JsonObject entry = new JsonObject();
      entry.addProperty("dtype", layout.dtype().name());
      entry.add("shape", array(layout.shape()));
      entry.add("data_offsets", array(List.of(offset, end)));
      header.add(tensor.getKey(), entry);
      offset = end;
    }
    return header.toString();
  }

  private static JsonArray array(List<Long> integers) {
    JsonArray array = new JsonArray();
    integers.forEach(array::add);
    return array;
  }

  private SequencedMap<String, SafetensorsEntry> header() throws IOException {
    try {
      SequencedMap<String, SafetensorsEntry> entries = new LinkedHashMap<>();
      boolean metadata = false;
      expect(JsonToken.BEGIN_OBJECT, "the header");
      json.beginObject();
      while (json.hasNext()) {
        String name = text(json.nextName());
        if (name.equals(METADATA) ? metadata : entries.containsKey(name)) {
          throw fault("the header has " + Printable.quoted(name) + " twice");
        }
        if (name.equals(METADATA)) {
          metadata = true;
          skipMetadata();
        } else {
          entries.put(name, entry(name));
        }
      }
      json.endObject();
      expect(JsonToken.END_DOCUMENT, "what follows the header's object");
      return entries;
    } catch (MalformedJsonException | EOFException e) {
      throw new InvalidFileException(
          file,
          "the header is not valid JSON, or nested deeper than %s, at %s"
              .formatted(DEEPEST, Printable.quoted(json.getPath())),
          e);
    }
  }

  private void skipMetadata() throws IOException {
    expect(JsonToken.BEGIN_OBJECT, METADATA);
    Set<String> keys = new HashSet<>();
    json.beginObject();
    while (json.hasNext()) {
      String key = text(json.nextName());
      if (!keys.add(key)) {
        throw fault(METADATA + " has " + Printable.quoted(key) + " twice");
      }
      string(METADATA + " " + Printable.quoted(key));
    }
    json.endObject();
  }

  private SafetensorsEntry entry(String name) throws IOException {
    String tensor = "tensor " + Printable.quoted(name);
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    expect(JsonToken.BEGIN_OBJECT, tensor);
    json.beginObject();
    while (json.hasNext()) {
      String key = text(json.nextName());
      String what = tensor + ": " + Printable.quoted(key);
      switch (key) {
        case "dtype" -> {
          once(what, dtype);
          dtype = string(what);
        }
        case "shape" -> {
          once(what, shape);
          shape = integers(what, ArrayLayout.MAX_RANK);
        }
        case "data_offsets" -> {
          once(what, offsets);
          offsets = integers(what, 2);
        }
        // The reference implementation passes over other keys too.
        default -> json.skipValue();
      }
    }
    json.endObject();
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw fault(tensor + " needs a \"dtype\", a \"shape\" and \"data_offsets\" of two integers");
    }
    return new SafetensorsEntry(name, dtype, shape, offsets.getFirst(), offsets.getLast());
  }

  private List<Long> integers(String what, int most) throws IOException {
    List<Long> integers = new ArrayList<>();
    expect(JsonToken.BEGIN_ARRAY, what);
    json.beginArray();
    while (json.hasNext()) {
      if (integers.size() == most) {
        throw fault(what + " has more than " + most + " elements");
      }
      expect(JsonToken.NUMBER, what + " element");
      String number = json.nextString();
      if (!ArrayLayout.isExtent(number)) {
        throw fault(
            "%s has element %s; expected an integer from 0, of at most 18 digits"
                .formatted(what, Printable.quoted(number)));
      }
      integers.add(Long.parseLong(number));
    }
    json.endArray();
    return integers;
  }

  private String string(String what) throws IOException {
    expect(JsonToken.STRING, what);
    return text(json.nextString());
  }

  /** An escape may name half a character, {@code "\ud800"}, which no UTF-8 could. */
  private String text(String string) throws InvalidFileException {
    if (!unicode.canEncode(string)) {
      throw fault("the header has " + Printable.quoted(string) + ", which is not Unicode text");
    }
    return string;
  }

  private void expect(JsonToken token, String what) throws IOException {
    JsonToken found = json.peek();
    if (found != token) {
      throw fault("%s must be %s, not %s".formatted(what, noun(token), noun(found)));
    }
  }

  private void once(String what, @Nullable Object earlier) throws InvalidFileException {
    if (earlier != null) {
      throw fault(what + " stands there twice");
    }
  }

  private InvalidFileException fault(String fault) {
    return new InvalidFileException(file, fault);
  }

  private static String noun(JsonToken token) {
    return switch (token) {
      case BEGIN_OBJECT -> "an object";
      case BEGIN_ARRAY -> "an array";
      case STRING -> "a string";
      case NUMBER -> "a number";
      default -> token.name().toLowerCase(Locale.ROOT);
    };
  }
}
