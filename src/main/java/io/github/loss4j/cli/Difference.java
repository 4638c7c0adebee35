// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The first entry, in row-major order, at which two tensors differ.
 *
 * @param index its index along each axis; null if the tensors are of different shapes or types
 * @param got what was computed there, or the tensor's type and shape
 * @param want what should have been
 */
record Difference(@Nullable String index, String got, String want) {

  static Difference ofForm(Tensor got, Tensor want) {
    return new Difference(null, got.toString(), want.toString());
  }

  static Difference at(long flat, Tensor got, Tensor want) {
    return new Difference(index(flat, want), entry(got, flat), entry(want, flat));
  }

  static boolean sameForm(Tensor a, Tensor b) {
    return a.dtype() == b.dtype() && Arrays.equals(a.shape(), b.shape());
  }

  /** Such as {@code [2, 1]}; {@code []} for a scalar. */
  private static String index(long flat, Tensor tensor) {
    long[] index = new long[tensor.rank()];
    long rest = flat;
    for (int axis = tensor.rank() - 1; axis >= 0; axis--) {
      index[axis] = rest % tensor.extent(axis);
      rest /= tensor.extent(axis);
    }
    return Arrays.toString(index);
  }

  /** With as many digits as the type needs to tell any two values apart. */
  private static String entry(Tensor tensor, long flat) {
    double value = tensor.getDouble(flat);
    return tensor.dtype() == DType.F64 ? Double.toString(value) : Float.toString((float) value);
  }
}
