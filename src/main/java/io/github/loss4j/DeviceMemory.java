// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

/**
 * Two blocks of a device's memory, to measure how fast the device reads and copies: no loss can be
 * computed faster than its inputs are read. Every method returns when all is done.
 */
public interface DeviceMemory extends AutoCloseable {

  /**
   * The size of each block.
   *
   * @return bytes, perhaps fewer than were asked for
   */
  long bytes();

  /** Reads the first block, with all that the device has. */
  void read();

  /** Copies the first block into the second. */
  void copy();

  /**
   * Whether tensors must be brought into this memory, since it is not the host's.
   *
   * @return false where kernels use the host's memory
   */
  boolean isSeparate();

  /**
   * Brings as many bytes from the host's memory as a block has, from where that is fastest, if the
   * memory is separate.
   */
  void upload();

  /** Frees the blocks. */
  @Override
  void close();
}
