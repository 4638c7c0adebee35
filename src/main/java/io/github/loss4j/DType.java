// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/** The element types of a {@link Tensor}; all little-endian, without padding. */
public enum DType {
  /** IEEE 754 binary64. */
  F64(8, Kind.FLOATING),
  /** IEEE 754 binary32. */
  F32(4, Kind.FLOATING),
  /** IEEE 754 binary16. */
  F16(2, Kind.FLOATING),
  /** The upper half of a binary32: 8 bits of exponent, 7 of fraction. */
  BF16(2, Kind.FLOATING),
  /** Signed 64-bit integer. */
  I64(8, Kind.INTEGER),
  /** Signed 32-bit integer. */
  I32(4, Kind.INTEGER),
  /** Signed 16-bit integer. */
  I16(2, Kind.INTEGER),
  /** Signed 8-bit integer. */
  I8(1, Kind.INTEGER),
  /** Unsigned 8-bit integer. */
  U8(1, Kind.INTEGER),
  /** One byte, 0 or 1. */
  BOOL(1, Kind.TRUTH);

  private enum Kind {
    FLOATING,
    INTEGER,
    TRUTH
  }

  private final int bytes;
  private final Kind kind;

  DType(int bytes, Kind kind) {
    this.bytes = bytes;
    this.kind = kind;
  }

  /**
   * The size of one element.
   *
   * @return bytes per element
   */
  public int bytes() {
    return bytes;
  }

  /**
   * Whether the elements are floating-point numbers, so that they can be logits.
   *
   * @return true for F64, F32, F16 and BF16
   */
  public boolean isFloating() {
    return kind == Kind.FLOATING;
  }

  /**
   * Whether the elements are integers, so that they can be labels.
   *
   * @return true for I64, I32, I16, I8 and U8
   */
  public boolean isInteger() {
    return kind == Kind.INTEGER;
  }

  /**
   * The type the arithmetic on these elements is done in: 16-bit floating-point numbers are widened
   * to F32, which is exact.
   *
   * @return F64 for F64, F32 for F32, F16 and BF16
   * @throws InvalidInputException if the type is not floating
   */
  public DType arithmetic() {
    if (!isFloating()) {
      throw new InvalidInputException(this + " is not a floating-point type");
    }
    return this == F64 ? F64 : F32;
  }
}
