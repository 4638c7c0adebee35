// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.io;

/**
 * Whether batches are the pages of their files, which saves to copy them. Mapping calls a
 * {@linkplain java.lang.foreign restricted method}.
 */
public enum Mapping {
  /** They are copies. */
  NONE,

  /**
   * They are pages where the system promises that nobody writes to the file meanwhile: on Linux,
   * files in a local file system that are the user's own and that no process has open to write. Who
   * opens one waits until the batches at work are done, for at most as long as {@code
   * /proc/sys/fs/lease-break-time} says; what comes after these is copied.
   */
  UNCHANGING,

  /**
   * They are pages of any file that can be mapped. If one is cut short while a batch of it is at
   * work, Java code that reads the batch throws an {@link InternalError}, of which {@link
   * BatchReader#requireReadable} tells the reason; native code ends the process.
   */
  ANY
}
