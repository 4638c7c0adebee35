// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * What logits become as they are read: x / T. Numbers are rounded to the arithmetic type.
 *
 * @param temperature T
 * @param inverseTemperature 1/T
 */
public record LogitTransform(double temperature, double inverseTemperature) {

  /** The transform that a loss asks for; null if it leaves the logits as they are. */
  static @Nullable LogitTransform orNull(CrossEntropyLoss loss, Job job) {
    if (loss.temperature() == 1) {
      return null;
    }
    double temperature = divisor("temperature", loss.temperature(), job);
    return new LogitTransform(temperature, job.rounded(1 / temperature));
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
