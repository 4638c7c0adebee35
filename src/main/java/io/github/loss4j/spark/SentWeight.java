// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.io.Serializable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The class weights of a loss on their way to another machine. */
final class SentWeight implements Serializable {
  private static final long serialVersionUID = 1L;

  private final DType dtype;
  private final byte[] bytes;

  private SentWeight(DType dtype, byte[] bytes) {
    this.dtype = dtype;
    this.bytes = bytes;
  }

  static @Nullable SentWeight of(@Nullable Tensor weight) {
    return weight == null
        ? null
        : new SentWeight(weight.dtype(), weight.toHost().memory().toArray(ValueLayout.JAVA_BYTE));
  }

  static @Nullable Tensor tensor(@Nullable SentWeight weight) {
    if (weight == null) {
      return null;
    }
    long classes = weight.bytes.length / weight.dtype.bytes();
    Tensor tensor = Tensor.allocate(weight.dtype, classes);
    tensor.memory().copyFrom(MemorySegment.ofArray(weight.bytes));
    return tensor;
  }
}
