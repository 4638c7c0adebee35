// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.DType;
import io.github.loss4j.ExactSum;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.util.Arrays;

/**
 * A tensor that is repeated to fill a larger shape, as NumPy and PyTorch do it: axes are counted
 * from the last, and along those it lacks or has with extent 1 it is repeated.
 */
final class Broadcast {
  private final Tensor tensor;
  private final long[] shape;

  /** The axes of the shape that the tensor has, and those along which it is repeated. */
  private final Axes kept;

  private final Axes repeated;

  private Broadcast(Tensor tensor, long[] shape, Axes kept, Axes repeated) {
    this.tensor = tensor;
    this.shape = shape;
    this.kept = kept;
    this.repeated = repeated;
  }

  /**
   * The shape that two tensors are broadcast to.
   *
   * @throws InvalidInputException if their extents along an axis differ and neither is 1
   */
  static long[] shape(String nameA, Tensor a, String nameB, Tensor b) {
    int rank = Math.max(a.rank(), b.rank());
    long[] shape = new long[rank];
    for (int back = 1; back <= rank; back++) {
      long inA = back <= a.rank() ? a.extent(a.rank() - back) : 1;
      long inB = back <= b.rank() ? b.extent(b.rank() - back) : 1;
      if (inA != inB && inA != 1 && inB != 1) {
        throw new InvalidInputException(
            "the %s %s and the %s %s do not broadcast against each other"
                .formatted(nameA, a, nameB, b));
      }
      shape[rank - back] = inA == 1 ? inB : inA;
    }
    return shape;
  }

  /**
   * A tensor repeated to fill a shape.
   *
   * @throws InvalidInputException if it does not fit into the shape
   */
  static Broadcast of(String name, Tensor tensor, long[] shape) {
    int missing = shape.length - tensor.rank();
    boolean fits = missing >= 0;
    boolean[] has = new boolean[shape.length];
    boolean[] lacks = new boolean[shape.length];
    for (int axis = 0; fits && axis < shape.length; axis++) {
      long extent = axis < missing ? 1 : tensor.extent(axis - missing);
      fits = extent == shape[axis] || extent == 1;
      has[axis] = extent == shape[axis];
      lacks[axis] = !has[axis];
    }
    if (!fits) {
      throw new InvalidInputException(
          "the %s %s does not broadcast to shape %s"
              .formatted(name, tensor, Arrays.toString(shape)));
    }
    return new Broadcast(tensor, shape, Axes.of(shape, has), Axes.of(shape, lacks));
  }

  /** Whether the tensor has not as many elements as the shape. */
  boolean repeats() {
    return repeated.size() != 1;
  }

  /**
   * The same on the host with elements of a type.
   *
   * @param dtype F32 or F64
   */
  Broadcast as(DType dtype) {
    Tensor host = tensor.toHost();
    if (host.dtype() == dtype) {
      return new Broadcast(host, shape, kept, repeated);
    }
    Tensor converted = Tensor.allocate(dtype, host.shape());
    for (long i = 0; i < host.size(); i++) {
      converted.setDouble(i, host.getDouble(i));
    }
    return new Broadcast(converted, shape, kept, repeated);
  }

  /**
   * The tensor as kernels read it. They know one period, so that a tensor repeated between axes it
   * has is written out.
   */
  RowKernels.Operand operand() {
    if (!repeats()) {
      return new RowKernels.Operand(tensor, 0, 0);
    }
    if (kept.areNeighbours()) {
      return new RowKernels.Operand(tensor, kept.inner(), kept.size());
    }
    Tensor host = tensor.toHost();
    Tensor whole = Tensor.allocate(tensor.dtype(), shape);
    for (long i = 0; i < kept.size(); i++) {
      double value = host.getDouble(i);
      long at = kept.offset(i);
      for (long k = 0; k < repeated.size(); k++) {
        whole.setDouble(at + repeated.offset(k), value);
      }
    }
    return new RowKernels.Operand(whole, 0, 0);
  }

  /**
   * The gradient of the tensor from that of its repetitions: their exact sums, rounded.
   *
   * @param whole a gradient per element of the shape
   * @param gradient of the tensor's shape
   */
  void sum(Tensor whole, Tensor gradient) {
    Tensor sums = Scratch.onHost(gradient);
    for (long i = 0; i < kept.size(); i++) {
      ExactSum sum = new ExactSum();
      long at = kept.offset(i);
      for (long k = 0; k < repeated.size(); k++) {
        sum.add(whole.getDouble(at + repeated.offset(k)));
      }
      sums.setDouble(i, sum.value());
    }
    if (sums != gradient) {
      gradient.copyFrom(sums);
    }
  }
}
