// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.LogitTransform;
import org.jspecify.annotations.Nullable;

/**
 * How an element is transformed as it is read: x becomes cap tanh(x / cap), if there is a cap, and
 * is then divided by T. {@code kernels/transform.clh} is the same in OpenCL C.
 */
final class ElementTransform {
  private final LogitTransform transform;
  private final Arithmetic arithmetic;

  private ElementTransform(LogitTransform transform, Arithmetic arithmetic) {
    this.transform = transform;
    this.arithmetic = arithmetic;
  }

  static @Nullable ElementTransform orNull(
      @Nullable LogitTransform transform, Arithmetic arithmetic) {
    return transform == null ? null : new ElementTransform(transform, arithmetic);
  }

  double apply(double x) {
    double capped = transform.caps() ? capped(x) : x;
    return transform.tempers() ? tempered(capped) : capped;
  }

  void apply(double[] x, int count) {
    for (int j = 0; j < count; j++) {
      x[j] = apply(x[j]);
    }
  }

  /** Whether the derivative of what an element becomes depends on the element. */
  boolean isCurved() {
    return transform.caps();
  }

  /**
   * Makes derivatives with respect to what elements became those with respect to the elements.
   *
   * @param x the elements; read only if {@link #isCurved}
   */
  void chain(double[] x, double[] derivatives, int count) {
    if (transform.caps()) {
      for (int j = 0; j < count; j++) {
        double slope = arithmetic.tanhDerivative(overCap(x[j]));
        derivatives[j] = arithmetic.round(derivatives[j] * slope);
      }
    }
    if (transform.tempers()) {
      for (int j = 0; j < count; j++) {
        derivatives[j] = tempered(derivatives[j]);
      }
    }
  }

  private double capped(double x) {
    return arithmetic.round(transform.softCap() * arithmetic.tanh(overCap(x)));
  }

  private double overCap(double x) {
    return divided(x, transform.softCap(), transform.inverseSoftCap());
  }

  private double tempered(double x) {
    return divided(x, transform.temperature(), transform.inverseTemperature());
  }

  /** x / divisor: a product with the reciprocal, and a correction by what is left. */
  private double divided(double x, double divisor, double inverse) {
    double q = arithmetic.round(x * inverse);
    double rest = arithmetic.fma(-q, divisor, x);
    return Double.isInfinite(q) ? q : arithmetic.fma(rest, inverse, q);
  }
}
