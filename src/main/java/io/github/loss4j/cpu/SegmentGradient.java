// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * Writes the gradient of a segment of a row: where a backward pass spends its time. Both
 * implementations, in plain Java and with the Vector API, give the same bits.
 */
interface SegmentGradient {
  /**
   * Writes it; the destination may be the logits themselves.
   *
   * @param row the row
   * @param from the segment's first class
   * @param push what the gradient is made of
   */
  void write(long row, int from, RowPush push);
}
