// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.spark;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.io.Serializable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The class weights of a loss on their way to another machine. */
final class SentWeight implements Serializable {
  private static final long serialVersionUID = 1L;

  private final DType dtype;
  private final byte[] bytes;

  private SentWeight(DType dtype, byte[] bytes) {
    this.dtype = dtype;
    this.bytes = bytes;
  }

  static SentWeight of(Tensor weight) {
    return new SentWeight(weight.dtype(), weight.toHost().memory().toArray(ValueLayout.JAVA_BYTE));
  }

  Tensor tensor() {
    Tensor tensor = Tensor.allocate(dtype, bytes.length / dtype.bytes());
    tensor.memory().copyFrom(MemorySegment.ofArray(bytes));
    return tensor;
  }
}
