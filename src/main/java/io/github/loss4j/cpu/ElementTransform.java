// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.LogitTransform;
import org.jspecify.annotations.Nullable;

/**
 * How an element is transformed as it is read: x becomes x / T. {@code kernels/transform.clh} is
 * the same in OpenCL C.
 */
final class ElementTransform {
  private final Arithmetic arithmetic;
  private final double temperature;
  private final double inverseTemperature;

  private ElementTransform(LogitTransform transform, Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
    temperature = transform.temperature();
    inverseTemperature = transform.inverseTemperature();
  }

  static @Nullable ElementTransform orNull(
      @Nullable LogitTransform transform, Arithmetic arithmetic) {
    return transform == null ? null : new ElementTransform(transform, arithmetic);
  }

  double apply(double x) {
    return tempered(x);
  }

  void apply(double[] x, int count) {
    for (int j = 0; j < count; j++) {
      x[j] = apply(x[j]);
    }
  }

  /** Makes derivatives with respect to what elements became those with respect to the elements. */
  void chain(double[] derivatives, int count) {
    for (int j = 0; j < count; j++) {
      derivatives[j] = tempered(derivatives[j]);
    }
  }

  /** x / T: a product with the reciprocal, and a correction by what is left. */
  private double tempered(double x) {
    double q = arithmetic.round(x * inverseTemperature);
    double rest = arithmetic.fma(-q, temperature, x);
    return Double.isInfinite(q) ? q : arithmetic.fma(rest, inverseTemperature, q);
  }
}
