// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Copies between tensors and TornadoVM's arrays. Elements of 16 bits are widened exactly on their
 * way there, and rounded to nearest even on their way back.
 */
final class Staging {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED;

  private Staging() {}

  /** All elements of a floating tensor to the start of an array. */
  static void load(Tensor from, FloatArray to) {
    MemorySegment source = from.memory();
    MemorySegment target = to.getSegment();
    switch (from.dtype()) {
      case F32 -> MemorySegment.copy(source, 0, target, 0, from.size() * Float.BYTES);
      case F16 -> {
        for (long i = 0; i < from.size(); i++) {
          float x = Float.float16ToFloat(source.get(I16, i * Short.BYTES));
          target.set(F32, i * Float.BYTES, x);
        }
      }
      case BF16 -> {
        for (long i = 0; i < from.size(); i++) {
          target.set(I32, i * Float.BYTES, source.get(I16, i * Short.BYTES) << 16);
        }
      }
      default -> throw new IllegalArgumentException("no float32 holds " + from.dtype());
    }
  }

  /** All elements of a tensor of I32 to the start of an array. */
  static void load(Tensor from, IntArray to) {
    MemorySegment.copy(from.memory(), 0, to.getSegment(), 0, from.size() * Integer.BYTES);
  }

  /** The start of an array to all elements of a floating tensor. */
  static void store(FloatArray from, Tensor to) {
    MemorySegment source = from.getSegment();
    if (to.dtype() == DType.F32) {
      MemorySegment.copy(source, 0, to.memory(), 0, to.size() * Float.BYTES);
      return;
    }
    for (long i = 0; i < to.size(); i++) {
      to.setDouble(i, source.get(F32, i * Float.BYTES));
    }
  }
}
