// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import java.util.List;

/** The middle of some numbers, or the mean of the two that are; public for src/bench. */
public final class Median {
  private Median() {}

  /**
   * The median.
   *
   * @param numbers at least one
   */
  public static double of(List<Double> numbers) {
    double[] sorted = numbers.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
