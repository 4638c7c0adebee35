// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.ExactSum;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The factors of a loss with label smoothing &epsilon;, each rounded to the arithmetic type; a tail
 * is what the rounding took off, rounded too.
 *
 * @param keep 1 - &epsilon;, what is left of the target's share
 * @param keepTail its tail
 * @param spread &epsilon;/C, the share of every class
 * @param spreadTail its tail
 * @param weightSum the sum of the class weights
 */
public record Smoothing(
    double keep, double keepTail, double spread, double spreadTail, double weightSum) {

  /** The factors; null where &epsilon; is 0. */
  static @Nullable Smoothing orNull(double epsilon, @Nullable Tensor weight, Job job) {
    if (epsilon == 0) {
      return null;
    }
    int classes = job.rows().classes();
    double keep = job.rounded(1 - epsilon);
    double keepTail = job.rounded(1 - keep - epsilon);
    double spread = job.rounded(epsilon / classes);
    double spreadTail = job.rounded(Math.fma(-spread, classes, epsilon) / classes);
    return new Smoothing(keep, keepTail, spread, spreadTail, job.rounded(sum(weight, classes)));
  }

  private static double sum(@Nullable Tensor weight, int classes) {
    if (weight == null) {
      return classes;
    }
    ExactSum sum = new ExactSum();
    for (int c = 0; c < classes; c++) {
      sum.add(weight.getDouble(c));
    }
    return sum.value();
  }
}
