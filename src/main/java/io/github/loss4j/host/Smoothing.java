// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.ExactSum;
import io.github.loss4j.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The factors of a loss with label smoothing &epsilon;, each rounded to the arithmetic type.
 *
 * @param keep 1 - &epsilon;, what is left of the target's share
 * @param spread &epsilon;/C, the share of every class
 * @param spreadSum &epsilon;/C times the sum of the class weights
 */
public record Smoothing(double keep, double spread, double spreadSum) {

  /** The factors; null where &epsilon; is 0. */
  static @Nullable Smoothing orNull(double epsilon, @Nullable Tensor weight, Job job) {
    if (epsilon == 0) {
      return null;
    }
    int classes = job.rows().classes();
    double keep = job.rounded(1 - epsilon);
    double spread = job.rounded(epsilon / classes);
    double weightSum = job.rounded(sum(weight, classes));
    return new Smoothing(keep, spread, job.rounded(spread * weightSum));
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
