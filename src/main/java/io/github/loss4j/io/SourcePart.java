// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

import java.io.Closeable;
import java.lang.foreign.MemorySegment;

/** One file of a {@link TensorSource}. */
interface SourcePart extends Closeable {
  /** What messages call it. */
  String name();

  /** What it holds. */
  ArrayLayout layout();

  /** Reads bytes of the tensor. */
  void read(long offset, MemorySegment destination) throws InvalidFileException;
}
