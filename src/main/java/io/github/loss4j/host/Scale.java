// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

/**
 * What the gradients of all rows are multiplied by. 1/N is seldom a floating-point number, and
 * rounding it would put the same error into every element.
 *
 * @param head it, rounded to the arithmetic type
 * @param tail what the rounding took off, rounded too; 0 if the head is not finite
 */
public record Scale(double head, double tail) {
  /** Where nothing is multiplied. */
  public static final Scale NONE = new Scale(0, 0);

  static Scale of(double upstream, double divisor, Job job) {
    double head = job.rounded(upstream / divisor);
    double tail = job.rounded(Math.fma(-head, divisor, upstream) / divisor);
    return new Scale(head, Double.isFinite(tail) ? tail : 0);
  }
}
