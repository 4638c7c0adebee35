// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import static io.github.loss4j.io.Faults.assertFault;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way that we know for a {@code .npy} file to be wrong, and what must be said about it. */
class NpyFaultsTest {

  static List<Arguments> dictionaries() {
    return List.of(
        // No dictionary.
        arguments("", "nothing where '{' was expected"),
        arguments("[]", "\"[]\" where '{' was expected"),
        arguments("{", "nothing where a key in quotes was expected"),
        arguments("{}", "no key 'descr'"),
        arguments("{,}", "\",}\" where a key in quotes was expected"),
        arguments("__import__('os')", "where '{' was expected"),
        // Keys.
        arguments(dict("'<f4'", "False", "(2,)").replace("descr", "desc"), "unknown key \"desc\""),
        arguments("{'descr': '<f4', 'fortran_order': False}", "no key 'shape'"),
        arguments("{'descr': '<f4', 'shape': (2,)}", "no key 'fortran_order'"),
        arguments("{'fortran_order': False, 'shape': (2,)}", "no key 'descr'"),
        arguments("{'shape': (2,), 'shape': (2,)}", "the key 'shape' twice"),
        arguments("{'descr': '<f4', 'descr': '<f4'}", "the key 'descr' twice"),
        arguments("{'fortran_order': False, 'fortran_order': False}", "'fortran_order' twice"),
        arguments("{'de\\x73cr': '<f4'}", "an escape in"),
        arguments("{descr: '<f4'}", "where a key in quotes was expected"),
        arguments("{'descr' '<f4'}", "where ':' was expected"),
        arguments("{'descr': '<f4' 'shape': (2,)}", "where '}' was expected"),
        // The type.
        arguments(dict("'>f4'", "False", "(2,)"), "\">f4\" is big-endian"),
        arguments(dict("'>i8'", "False", "(2,)"), "\">i8\" is big-endian"),
        arguments(dict("'=f4'", "False", "(2,)"), "expected one of <f8 <f4 <f2"),
        arguments(dict("'f4'", "False", "(2,)"), "descr \"f4\" is not supported"),
        arguments(dict("'<c8'", "False", "(2,)"), "descr \"<c8\" is not supported"),
        arguments(dict("'|O'", "False", "(2,)"), "descr \"|O\" is not supported"),
        arguments(dict("'<u8'", "False", "(2,)"), "descr \"<u8\" is not supported"),
        arguments(dict("'<V2'", "False", "(2,)"), ".npy has no bfloat16"),
        arguments(dict("''", "False", "(2,)"), "descr \"\" is not supported"),
        arguments(
            dict("'<f4", "False", "(2,)"),
            "\"fortran_order': False, 'shape': (2,), }\" where '}' was"),
        arguments(dict("[('a', '<f4')]", "False", "(2,)"), "no structured types"),
        arguments(dict("'<f4\n'", "False", "(2,)"), "descr \"<f4\\u000a\" is not supported"),
        // The order.
        arguments(dict("'<f4'", "True", "(2, 3)"), "is in Fortran order"),
        arguments(dict("'<f4'", "0", "(2,)"), "fortran_order \"0\"; expected True or False"),
        arguments(dict("'<f4'", "false", "(2,)"), "fortran_order \"false\""),
        arguments(dict("'<f4'", "'False'", "(2,)"), "fortran_order \"\""),
        arguments(dict("'<f4'", "Falsehood", "(2,)"), "fortran_order \"Falsehood\""),
        // The shape.
        arguments(dict("'<f4'", "False", "(2)"), "\"), }\" where ',' in the shape was expected"),
        arguments(dict("'<f4'", "False", "2"), "\"2, }\" where '(' was expected"),
        arguments(dict("'<f4'", "False", "[2]"), "where '(' was expected"),
        arguments(dict("'<f4'", "False", "(2, 1"), "an extent \"\""),
        arguments(dict("'<f4'", "False", "(,)"), "an extent \"\""),
        arguments(dict("'<f4'", "False", "(-2,)"), "an extent \"-2\""),
        arguments(dict("'<f4'", "False", "(2.0,)"), "an extent \"2.0\""),
        arguments(dict("'<f4'", "False", "(2L,)"), "an extent \"2L\""),
        arguments(dict("'<f4'", "False", "(1e30,)"), "an extent \"1e30\""),
        arguments(dict("'<f4'", "False", "(0x2,)"), "an extent \"0x2\""),
        arguments(dict("'<f4'", "False", "(02,)"), "an extent \"02\""),
        arguments(dict("'<f4'", "False", "(True,)"), "an extent \"True\""),
        arguments(dict("'<f4'", "False", "(9223372036854775808,)"), "of at most 18 digits"),
        arguments(
            dict("'<f4'", "False", "(999999999999999999, 999999999999999999)"),
            "2^63 bytes or more"),
        arguments(dict("'<f4'", "False", "(" + "1, ".repeat(65) + ")"), "65 axes are more than"),
        // What follows.
        arguments(dict("'<f4'", "False", "(2,)") + "x", "\"x\" where the end of the header was"),
        arguments(dict("'<f4'", "False", "(2,)") + "{}", "where the end of the header was"),
        arguments(dict("'<f4'", "False", "(2,)") + "\0", "\"\\u0000\" where the end"),
        arguments(dict("'<f4'", "False", "(1,)"), "one array and nothing after it"),
        arguments(dict("'<f4'", "False", "(3,)"), "F32[3] needs 12; the file is truncated"),
        arguments(dict("'<f4'", "False", "(999999999999999999,)"), "needs 3999999999999999996"));
  }

  @ParameterizedTest
  @MethodSource("dictionaries")
  void wrongDictionaryIsNamed(String dictionary, String fact) {
    for (int version = 1; version <= 3; version++) {
      assertFault("a.npy", fact, reading(FileBytes.npy(version, dictionary, 8)));
    }
  }

  static List<Arguments> beginnings() {
    byte[] whole = FileBytes.npy(1, dict("'<f4'", "False", "(2,)"), 8);
    byte[] long32 = FileBytes.npy(2, dict("'<f4'", "False", "(2,)"), 8);
    return List.of(
        arguments(new byte[] {'x'}, "does not begin with the bytes 93 4e 55 4d 50 59"),
        arguments(Arrays.copyOf(whole, 5), "does not begin with the bytes"),
        arguments(Arrays.copyOf(whole, 6), "it has 6 bytes, and its header needs 8"),
        arguments(Arrays.copyOf(whole, 7), "it has 7 bytes, and its header needs 8"),
        arguments(Arrays.copyOf(whole, 9), "it has 9 bytes, and its header needs 10"),
        arguments(Arrays.copyOf(long32, 11), "it has 11 bytes, and its header needs 12"),
        arguments(Arrays.copyOf(whole, 60), "it has 60 bytes, and its header needs"),
        arguments(with(whole, 6, 0), "has .npy version 0.0; versions 1.0, 2.0 and 3.0"),
        arguments(with(whole, 6, 4), "has .npy version 4.0"),
        arguments(with(whole, 6, 255), "has .npy version 255.0"),
        arguments(with(whole, 7, 1), "has .npy version 1.1"),
        arguments(with(whole, 9, 0xff), "and its header needs 65"),
        arguments(with(long32, 11, 0xff), "the header claims 4278190"),
        arguments(
            ByteBuffer.wrap(long32.clone())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(8, (1 << 20) + 1)
                .array(),
            "the header claims 1048577 bytes; at most 1048576 are read"));
  }

  @ParameterizedTest
  @MethodSource("beginnings")
  void wrongBeginningIsNamed(byte[] contents, String fact) {
    assertFault("a.npy", fact, reading(contents));
  }

  private static Executable reading(byte[] contents) {
    return () -> NpyFile.read(Path.of("a.npy"), MemorySegment.ofArray(contents));
  }

  private static String dict(String descr, String fortranOrder, String shape) {
    return "{'descr': %s, 'fortran_order': %s, 'shape': %s, }"
        .formatted(descr, fortranOrder, shape);
  }

  private static byte[] with(byte[] contents, int at, int value) {
    byte[] changed = contents.clone();
    changed[at] = (byte) value;
    return changed;
  }
}
