// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import java.lang.foreign.MemorySegment;

/**
 * Memory of a device, where the elements of a {@link Tensor} may lie in place of the host's memory:
 * a range of a buffer, whose owner keeps it alive. Backends implement it; two are equal if they are
 * the same range of the same buffer.
 */
public interface DeviceStorage {

  /**
   * The device.
   *
   * @return its name, for messages
   */
  String device();

  /**
   * How long the range is.
   *
   * @return bytes
   */
  long byteSize();

  /**
   * Whether results may not be written to it.
   *
   * @return what the buffer was made for
   */
  boolean isReadOnly();

  /**
   * A part of it.
   *
   * @param offset where the part begins, in bytes
   * @param bytes how long it is
   * @return the same memory
   */
  DeviceStorage slice(long offset, long bytes);

  /**
   * Whether it has bytes in common with another.
   *
   * @param other memory of any device
   * @return false if they only lie next to each other
   */
  boolean overlaps(DeviceStorage other);

  /**
   * Copies all of it to the host.
   *
   * @param host as many bytes
   */
  void copyTo(MemorySegment host);

  /**
   * Copies all of it from the host.
   *
   * @param host as many bytes
   */
  void copyFrom(MemorySegment host);
}
