// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import java.lang.foreign.MemorySegment;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** How a column may hold the logits of a row. */
enum LogitsType {
  /** {@code array<float>}. */
  FLOATS {
    @Override
    DType dtype(DType ofBytes) {
      return DType.F32;
    }

    @Override
    MemorySegment read(Cells cells, int position) {
      return MemorySegment.ofArray(cells.floats(position));
    }
  },
  /** {@code array<double>}. */
  DOUBLES {
    @Override
    DType dtype(DType ofBytes) {
      return DType.F64;
    }

    @Override
    MemorySegment read(Cells cells, int position) {
      return MemorySegment.ofArray(cells.doubles(position));
    }
  },
  /** Binary: little-endian numbers, one after the other. */
  BYTES {
    @Override
    DType dtype(DType ofBytes) {
      return ofBytes;
    }

    @Override
    MemorySegment read(Cells cells, int position) {
      return MemorySegment.ofArray(cells.bytes(position));
    }
  };

  /** The type of the numbers, given the one that binary columns have. */
  abstract DType dtype(DType ofBytes);

  /** The numbers, little-endian. */
  abstract MemorySegment read(Cells cells, int position);

  /**
   * How a column of that type holds logits.
   *
   * @throws InvalidInputException if it holds none
   */
  static LogitsType of(String column, DataType type) {
    if (type.equals(DataTypes.BinaryType)) {
      return BYTES;
    }
    if (type instanceof ArrayType array) {
      if (array.elementType().equals(DataTypes.FloatType)) {
        return FLOATS;
      }
      if (array.elementType().equals(DataTypes.DoubleType)) {
        return DOUBLES;
      }
    }
    throw new InvalidInputException(
        "column %s is of type %s; logits are array<float>, array<double> or binary"
            .formatted(column, type.sql()));
  }
}
