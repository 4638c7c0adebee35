// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.DType;
import io.github.loss4j.DeviceStorage;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.Tensor;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What tensors must be like; each check has one message. */
final class Checks {
  /** A thread that is nobody's, to ask whether any thread may use some memory. */
  private static final Thread ANY_THREAD = Thread.ofPlatform().unstarted(() -> {});

  private Checks() {}

  /** Memory of the host, or of a device that some kernels compute on. */
  static void reachable(RowKernels kernels, String device, String name, @Nullable Tensor tensor) {
    DeviceStorage storage = tensor == null ? null : tensor.storage();
    if (storage != null && !kernels.reaches(storage)) {
      throw new InvalidInputException(
          "the %s %s is in memory of %s that the session on %s cannot use; what Tensor.toHost() returns it can"
              .formatted(name, tensor, storage.device(), device));
    }
  }

  /** Memory that any thread, and a driver, can use now. */
  static void usable(String name, @Nullable Tensor tensor) {
    if (tensor == null || tensor.storage() != null) {
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

  /** A place of the source's shape that can be written. */
  static void writable(String name, Tensor tensor, Tensor source, DType... allowed) {
    usable(name, tensor);
    shape(name, tensor, source.shape());
    type(name, tensor, allowed);
    if (tensor.isReadOnly()) {
      throw new InvalidInputException("the %s %s is read-only memory".formatted(name, tensor));
    }
  }

  /** A place to write to: of the source's shape, and overwriting it wholly or not at all. */
  static void destination(String name, Tensor tensor, Tensor source, DType... allowed) {
    writable(name, tensor, source, allowed);
    if (!isSame(tensor, source) && tensor.overlaps(source)) {
      throw new InvalidInputException(
          "the %s %s overlaps the memory of %s; give the same tensor or memory of its own"
              .formatted(name, tensor, source));
    }
  }

  /** A tensor that is written must not overlap one that is needed for other rows, nor be it. */
  static void apart(String name, @Nullable Tensor written, @Nullable Tensor other) {
    if (written != null && other != null && written.overlaps(other)) {
      throw new InvalidInputException(
          "the %s %s overlaps the memory of %s; give it memory of its own"
              .formatted(name, written, other));
    }
  }

  static boolean isSame(Tensor a, Tensor b) {
    if (a.storage() == null && b.storage() == null) {
      return a.memory().equals(b.memory()) && a.dtype() == b.dtype();
    }
    return Objects.equals(a.storage(), b.storage()) && a.dtype() == b.dtype();
  }

  /** A tensor of one axis on the host in the arithmetic type, a copy if it is not. */
  static Tensor widened(Tensor tensor, DType arithmetic) {
    Tensor host = tensor.toHost();
    if (host.dtype() == arithmetic) {
      return host;
    }
    return arithmetic == DType.F64
        ? Tensor.of(host.toDoubleArray())
        : Tensor.of(host.toFloatArray());
  }
}
