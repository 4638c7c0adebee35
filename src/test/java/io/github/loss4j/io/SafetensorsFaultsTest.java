// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static io.github.loss4j.io.Faults.assertFault;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way that we know for a header to be wrong, and what must be said about it. */
class SafetensorsFaultsTest {
  /** Each is read as the header of a file with 8 bytes of data. */
  static List<Arguments> headers() {
    String whole = "{" + tensor("a", "[2]", "[0,8]") + "}";
    return List.of(
        // No JSON object.
        arguments("[]", "does not begin with '{'"),
        arguments(" {}", "does not begin with '{'"),
        arguments("\ufeff{}", "does not begin with '{'"),
        arguments("{", "not valid JSON"),
        arguments("{]", "not valid JSON"),
        arguments(whole.replace('"', '\''), "not valid JSON"),
        arguments(whole.replace("}}", "},}"), "not valid JSON"),
        arguments(whole.replace("}}", "}"), "not valid JSON"),
        arguments(whole.replace("[2]", "[02]"), "not valid JSON"),
        arguments(whole.replace("[2]", "[2,]"), "not valid JSON"),
        arguments(whole.replace("[2]", "[NaN]"), "not valid JSON"),
        arguments(whole.replace("[2]", "[2/**/]"), "not valid JSON"),
        arguments(whole.replace("[2]", "[" + "2".repeat(5000) + "]"), "not valid JSON"),
        arguments(whole + "{}", "not valid JSON"),
        arguments(whole + "\0", "not valid JSON"),
        arguments(whole.replace("\"a\"", "\"\n\""), "not valid JSON"),
        arguments(whole.replace("\"a\"", "\"\\x\""), "not valid JSON"),
        arguments(whole.replace("\"a\"", "\"\\ud800\""), "\"\\ud800\", which is not Unicode text"),
        arguments(whole.replace("\"a\"", "\"" + "a".repeat(1000) + "\"").replace("2", "x"), "a..."),
        // Keys.
        arguments(
            "{" + tensor("a", "[1]", "[0,4]") + "," + tensor("a", "[1]", "[4,8]") + "}",
            "the header has \"a\" twice"),
        arguments("{\"__metadata__\":{},\"__metadata__\":{}}", "\"__metadata__\" twice"),
        arguments("{\"__metadata__\":{\"x\":\"1\",\"x\":\"2\"}}", "__metadata__ has \"x\" twice"),
        arguments(
            "{\"__metadata__\":{\"x\":1}}", "__metadata__ \"x\" must be a string, not a number"),
        arguments("{\"__metadata__\":{\"x\":{}}}", "must be a string, not an object"),
        arguments("{\"__metadata__\":null}", "__metadata__ must be an object, not null"),
        arguments("{\"__metadata__\":[]}", "__metadata__ must be an object, not an array"),
        arguments("{\"a\":[]}", "tensor \"a\" must be an object, not an array"),
        arguments("{\"a\":\"F32\"}", "tensor \"a\" must be an object, not a string"),
        arguments("{\"a\":{}}", "tensor \"a\" needs a \"dtype\""),
        arguments(whole.replace("\"dtype\":\"F32\",", ""), "tensor \"a\" needs a \"dtype\""),
        arguments(
            whole.replace("\"dtype\"", "\"shape\":[2],\"dtype\""), "\"shape\" stands there twice"),
        arguments(
            whole.replace("\"shape\"", "\"dtype\":\"F32\",\"shape\""), "\"dtype\" stands there"),
        arguments(whole.replace("\"F32\"", "32"), "\"dtype\" must be a string, not a number"),
        arguments(whole.replace("\"F32\"", "null"), "\"dtype\" must be a string, not null"),
        arguments(
            whole.replace("\"dtype\"", "\"x\":" + "[".repeat(100) + "]".repeat(100) + ",\"dtype\""),
            "or nested deeper than 16"),
        // Shapes.
        arguments(whole.replace("[2]", "2"), "\"shape\" must be an array, not a number"),
        arguments(
            whole.replace("[2]", "[\"2\"]"), "\"shape\" element must be a number, not a string"),
        arguments(whole.replace("[2]", "[null]"), "\"shape\" element must be a number, not null"),
        arguments(
            whole.replace("[2]", "[[2]]"), "\"shape\" element must be a number, not an array"),
        arguments(whole.replace("[2]", "[" + "[".repeat(5000)), "element must be a number, not an"),
        arguments(whole.replace("[2]", "[2.0]"), "\"shape\" has element \"2.0\""),
        arguments(whole.replace("[2]", "[1.5]"), "\"shape\" has element \"1.5\""),
        arguments(whole.replace("[2]", "[1e30]"), "\"shape\" has element \"1e30\""),
        arguments(whole.replace("[2]", "[-2]"), "\"shape\" has element \"-2\""),
        arguments(whole.replace("[2]", "[-0]"), "\"shape\" has element \"-0\""),
        arguments(whole.replace("[2]", "[18446744073709551618]"), "of at most 18 digits"),
        arguments(whole.replace("[2]", "[999999999999999999,999999999]"), "2^63 bytes or more"),
        arguments(whole.replace("[2]", "[4294967296,4294967296,2]"), "2^63 bytes or more"),
        arguments(whole.replace("[2]", "[" + "1,".repeat(64) + "2]"), "more than 64 elements"),
        arguments(whole.replace("[2]", "[3]"), "which are 8 bytes, but F32[3] needs 12"),
        arguments(whole.replace("[2]", "[0]"), "which are 8 bytes, but F32[0] needs 0"),
        // Offsets.
        arguments(whole.replace("[0,8]", "[0]"), "\"data_offsets\" of two integers"),
        arguments(whole.replace("[0,8]", "[]"), "\"data_offsets\" of two integers"),
        arguments(whole.replace("[0,8]", "[0,8,8]"), "\"data_offsets\" has more than 2 elements"),
        arguments(whole.replace("[0,8]", "[-8,0]"), "\"data_offsets\" has element \"-8\""),
        arguments(whole.replace("[0,8]", "[0,8.0]"), "\"data_offsets\" has element \"8.0\""),
        arguments(whole.replace("[0,8]", "{}"), "\"data_offsets\" must be an array, not an object"),
        arguments(whole.replace("[0,8]", "[8,0]"), "data_offsets [8, 0], which are no range"),
        arguments(whole.replace("[0,8]", "[8,16]"), "are no range of the 8 bytes of data"),
        arguments(whole.replace("[0,8]", "[0,999999999999999999]"), "are no range of the 8 bytes"),
        arguments(whole.replace("[0,8]", "[1,8]"), "which are 7 bytes, but F32[2] needs 8"),
        // Coverage.
        arguments("{}", "has 8 bytes of data, but its tensors take 0"),
        arguments("{" + tensor("a", "[1]", "[0,4]") + "}", "but its tensors take 4"),
        arguments(
            "{" + tensor("b", "[1]", "[4,8]") + "}", "\"b\" begins at byte 4 of the data, but"),
        arguments(
            "{" + tensor("a", "[2]", "[0,8]") + "," + tensor("b", "[1]", "[4,8]") + "}",
            "\"b\" begins at byte 4 of the data, but the one before ends at byte 8"),
        arguments(
            "{" + tensor("a", "[2]", "[0,8]") + "," + tensor("b", "[2]", "[0,8]") + "}",
            "no overlap and no gap"),
        arguments(
            "{" + tensor("z", "[0]", "[2,2]") + "," + tensor("a", "[2]", "[0,8]") + "}",
            "\"z\" begins at byte 2"),
        arguments(whole.replace("F32", "F8_E4M3").replace("[0,8]", "[1,8]"), "begins at byte 1"));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void wrongHeaderIsNamed(String header, String fact) {
    assertFault("a.safetensors", fact, opening(FileBytes.safetensors(header, 8)));
  }

  static List<Arguments> beginnings() {
    byte[] whole = FileBytes.safetensors("{" + tensor("a", "[2]", "[0,8]") + "}", 8);
    return List.of(
        arguments(Arrays.copyOf(whole, 1), "it has 1 bytes, and the length of its header alone"),
        arguments(Arrays.copyOf(whole, 7), "it has 7 bytes, and the length of its header alone"),
        arguments(Arrays.copyOf(whole, 8), "bytes long, but only 0 bytes follow"),
        arguments(Arrays.copyOf(whole, 20), "bytes long, but only 12 bytes follow"),
        arguments(withLength(whole, 0), "does not begin with '{'"),
        arguments(withLength(whole, 9), "not valid JSON"),
        arguments(withLength(whole, 100_000_001), "100000001 bytes long, and at most 100000000"),
        arguments(withLength(whole, Long.MAX_VALUE), "9223372036854775807 bytes long"),
        arguments(withLength(whole, -1), "18446744073709551615 bytes long"));
  }

  @ParameterizedTest
  @MethodSource("beginnings")
  void wrongBeginningIsNamed(byte[] contents, String fact) {
    assertFault("a.safetensors", fact, opening(contents));
  }

  @Test
  void otherEncodingsThanUtf8AreRefused() {
    byte[] latin1 = ("{" + tensor("\u00e9", "[2]", "[0,8]") + "}").getBytes(ISO_8859_1);
    assertFault("a.safetensors", "not valid UTF-8", opening(FileBytes.safetensors(latin1, 8)));
  }

  private static String tensor(String name, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, shape, offsets);
  }

  private static Executable opening(byte[] contents) {
    return () -> SafetensorsFile.of(Path.of("a.safetensors"), MemorySegment.ofArray(contents));
  }

  private static byte[] withLength(byte[] contents, long length) {
    return ByteBuffer.wrap(contents.clone())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(0, length)
        .array();
  }
}
