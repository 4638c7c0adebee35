// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What tensors must be like; each check has one message. */
final class Checks {
  /** A thread that is nobody's, to ask whether any thread may use some memory. */
  private static final Thread ANY_THREAD = Thread.ofPlatform().unstarted(() -> {});

  private Checks() {}

  /** Memory that any thread, and a driver, can use now. */
  static void usable(String name, @Nullable Tensor tensor) {
    if (tensor == null) {
      return;
    }
    if (!tensor.memory().scope().isAlive()) {
      throw new InvalidInputException(
          "the memory of the %s %s has been freed".formatted(name, tensor));
    }
    if (!tensor.memory().isAccessibleBy(ANY_THREAD)) {
      throw new InvalidInputException(
          "the memory of the %s %s is confined to one thread; allocate it in a shared arena"
              .formatted(name, tensor));
    }
  }

  static void floating(String name, Tensor tensor) {
    if (!tensor.dtype().isFloating()) {
      throw new InvalidInputException(
          "the %s must be of a floating-point type, but is %s".formatted(name, tensor));
    }
  }

  static void shape(String name, Tensor tensor, long[] expected) {
    if (!Arrays.equals(tensor.shape(), expected)) {
      throw new InvalidInputException(
          "the %s must have shape %s, but is %s"
              .formatted(name, Arrays.toString(expected), tensor));
    }
  }

  static void type(String name, Tensor tensor, DType... allowed) {
    if (!Arrays.asList(allowed).contains(tensor.dtype())) {
      throw new InvalidInputException(
          "the %s must be of type %s, but is %s"
              .formatted(
                  name,
                  String.join(
                      " or ", Arrays.stream(allowed).distinct().map(DType::toString).toList()),
                  tensor));
    }
  }

  /**
   * Numbers from 0 to 1.
   *
   * @param firstRow what index 0 along the first axis is called in messages
   */
  static void probabilities(String name, Tensor tensor, long firstRow) {
    for (long i = 0; i < tensor.size(); i++) {
      double x = tensor.getDouble(i);
      if (!(x >= 0 && x <= 1)) {
        throw new InvalidInputException(
            "element %s of the %s is %s, but must be from 0 to 1; logits are for BCEWithLogitsLoss"
                .formatted(Arrays.toString(position(tensor, i, firstRow)), name, x));
      }
    }
  }

  /** The indices of an element along the axes. */
  private static long[] position(Tensor tensor, long element, long firstRow) {
    long[] position = new long[tensor.rank()];
    long rest = element;
    for (int axis = tensor.rank() - 1; axis >= 0; axis--) {
      position[axis] = rest % tensor.extent(axis);
      rest /= tensor.extent(axis);
    }
    if (position.length > 0) {
      position[0] += firstRow;
    }
    return position;
  }

  /** A place of the source's shape that can be written. */
  static void writable(String name, Tensor tensor, Tensor source, DType... allowed) {
    usable(name, tensor);
    shape(name, tensor, source.shape());
    type(name, tensor, allowed);
    if (tensor.memory().isReadOnly()) {
      throw new InvalidInputException("the %s %s is read-only memory".formatted(name, tensor));
    }
  }

  /** A place to write to: of the source's shape, and overwriting it wholly or not at all. */
  static void destination(String name, Tensor tensor, Tensor source, DType... allowed) {
    writable(name, tensor, source, allowed);
    if (!isSame(tensor, source) && overlap(tensor, source)) {
      throw new InvalidInputException(
          "the %s %s overlaps the memory of %s; give the same tensor or memory of its own"
              .formatted(name, tensor, source));
    }
  }

  /** A tensor that is written must not overlap one that is needed for other rows, nor be it. */
  static void apart(String name, @Nullable Tensor written, @Nullable Tensor other) {
    if (written != null && other != null && overlap(written, other)) {
      throw new InvalidInputException(
          "the %s %s overlaps the memory of %s; give it memory of its own"
              .formatted(name, written, other));
    }
  }

  private static boolean overlap(Tensor a, Tensor b) {
    return a.memory().asOverlappingSlice(b.memory()).isPresent();
  }

  static boolean isSame(Tensor a, Tensor b) {
    return a.memory().equals(b.memory()) && a.dtype() == b.dtype();
  }

  /** A tensor of one axis in the arithmetic type, a copy if it is of another. */
  static Tensor widened(Tensor tensor, DType arithmetic) {
    if (tensor.dtype() == arithmetic) {
      return tensor;
    }
    return arithmetic == DType.F64
        ? Tensor.of(tensor.toDoubleArray())
        : Tensor.of(tensor.toFloatArray());
  }
}
