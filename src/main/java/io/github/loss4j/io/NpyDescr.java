// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import java.nio.file.Path;

/** NumPy's type strings: a byte order, a kind and a size, such as {@code <f4}. */
final class NpyDescr {
  private static final String READ = "<f8 <f4 <f2 <i8 <i4 <i2 |i1 |u1 |b1";

  private NpyDescr() {}

  /** The type that NumPy writes as this string. */
  static DType parse(Path file, String descr) throws InvalidFileException {
    return switch (descr) {
      case "<f8" -> DType.F64;
      case "<f4" -> DType.F32;
      case "<f2" -> DType.F16;
      case "<i8" -> DType.I64;
      case "<i4" -> DType.I32;
      case "<i2" -> DType.I16;
      // A single byte has no order: NumPy writes '|', other programs what they have.
      case "|i1", "<i1", "=i1" -> DType.I8;
      case "|u1", "<u1", "=u1" -> DType.U8;
      case "|b1", "<b1", "=b1" -> DType.BOOL;
      default -> throw new InvalidFileException(file, fault(descr));
    };
  }

  /** The string that NumPy writes for this type. */
  static String of(Path file, DType dtype) {
    return switch (dtype) {
      case F64 -> "<f8";
      case F32 -> "<f4";
      case F16 -> "<f2";
      case I64 -> "<i8";
      case I32 -> "<i4";
      case I16 -> "<i2";
      case I8 -> "|i1";
      case U8 -> "|u1";
      case BOOL -> "|b1";
      case BF16 ->
          throw new InvalidInputException(
              Printable.line(file.toString())
                  + ": .npy has no bfloat16; write a .safetensors file, or convert to F32");
    };
  }

  private static String fault(String descr) {
    String found = "descr " + Printable.quoted(descr);
    if (descr.startsWith(">")) {
      return found + " is big-endian; save the array as little-endian, '<'";
    }
    if (descr.endsWith("V2")) {
      return found + " is no number; .npy has no bfloat16, save the array as .safetensors";
    }
    return found + " is not supported; expected one of " + READ;
  }
}
