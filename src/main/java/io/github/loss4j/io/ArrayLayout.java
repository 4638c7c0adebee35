// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * What a header says of an array. One that exists has extents that are not negative, and fewer than
 * 2<sup>63</sup> bytes; of the memory it asks for, nothing is known yet.
 */
record ArrayLayout(DType dtype, List<Long> shape) {
  /** NumPy and PyTorch have no more axes either; it also bounds what a header makes us keep. */
  static final int MAX_RANK = 64;

  /** Beyond 18 digits there is no file; below, there is no overflow. */
  private static final Pattern INTEGER = Pattern.compile("0|[1-9][0-9]{0,17}");

  ArrayLayout {
    shape = List.copyOf(shape);
    if (shape.size() > MAX_RANK) {
      throw new InvalidInputException(
          "%s axes are more than the %s that are supported".formatted(shape.size(), MAX_RANK));
    }
    if (shape.stream().anyMatch(extent -> extent < 0)) {
      throw new InvalidInputException("a negative extent in shape " + shape);
    }
    try {
      bytes(dtype, shape);
    } catch (ArithmeticException e) {
      throw new InvalidInputException(dtype + " of shape " + shape + " has 2^63 bytes or more");
    }
  }

  static ArrayLayout of(DType dtype, long... shape) {
    return new ArrayLayout(dtype, LongStream.of(shape).boxed().toList());
  }

  static ArrayLayout of(Tensor tensor) {
    return of(tensor.dtype(), tensor.shape());
  }

  /** Whether the text is a decimal integer that is not negative and of at most 18 digits. */
  static boolean isExtent(String text) {
    return INTEGER.matcher(text).matches();
  }

  long bytes() {
    return bytes(dtype, shape);
  }

  /** Whether the elements lie in the same order whichever axis is the fastest. */
  boolean isOrderless() {
    return shape.contains(0L) || shape.stream().filter(extent -> extent != 1).count() <= 1;
  }

  Tensor view(MemorySegment memory) {
    return Tensor.of(memory, dtype, shape.stream().mapToLong(Long::longValue).toArray());
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }

  /** An extent of 0 wins over any other, however large. */
  private static long bytes(DType dtype, List<Long> shape) {
    return shape.contains(0L)
        ? 0
        : shape.stream().reduce((long) dtype.bytes(), Math::multiplyExact);
  }
}
