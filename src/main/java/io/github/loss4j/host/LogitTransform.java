// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * What logits become as they are read: cap tanh(x / cap) / T. Numbers are rounded to the arithmetic
 * type.
 *
 * @param softCap the cap; infinite for none
 * @param inverseSoftCap 1/cap
 * @param temperature T; 1 for nothing
 * @param inverseTemperature 1/T
 */
public record LogitTransform(
    double softCap, double inverseSoftCap, double temperature, double inverseTemperature) {

  /** The transform that a loss asks for; null if it leaves the logits as they are. */
  static @Nullable LogitTransform orNull(CrossEntropyLoss loss, Job job) {
    double softCap = loss.softCap();
    double temperature = loss.temperature();
    if (softCap == Double.POSITIVE_INFINITY && temperature == 1) {
      return null;
    }
    if (softCap < Double.POSITIVE_INFINITY) {
      softCap = divisor("softCap", softCap, job);
    }
    temperature = divisor("temperature", temperature, job);
    return new LogitTransform(
        softCap, job.rounded(1 / softCap), temperature, job.rounded(1 / temperature));
  }

  /**
   * Whether there is a cap.
   *
   * @return false if it is infinite
   */
  public boolean caps() {
    return softCap < Double.POSITIVE_INFINITY;
  }

  /**
   * Whether there is a temperature.
   *
   * @return false if it is 1
   */
  public boolean tempers() {
    return temperature != 1;
  }

  /** A number that can be divided by, since it and its reciprocal have all their digits. */
  private static double divisor(String name, double value, Job job) {
    double rounded = job.rounded(value);
    double least = job.arithmetic() == DType.F64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    double reciprocal = job.rounded(1 / rounded);
    if (!(rounded >= least && Double.isFinite(rounded) && reciprocal >= least)) {
      throw new InvalidInputException(
          "%s %s and its reciprocal must be normal numbers in %s, the arithmetic type"
              .formatted(name, value, job.arithmetic()));
    }
    return rounded;
  }
}
