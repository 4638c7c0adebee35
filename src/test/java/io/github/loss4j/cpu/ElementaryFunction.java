// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import java.util.Locale;

/** The elementary functions of Java, for tests of others; named as in OpenCL C. */
public enum ElementaryFunction {
  EXPONENTIAL_OF,
  LOG_1P,
  LOG_OF,
  LOG_RATIO,
  POWER_OF,
  QUOTIENT,
  HYPERBOLIC_TANGENT,
  HYPERBOLIC_TANGENT_DERIVATIVE;

  /** The kernel of elementary.cl that applies it. */
  public String kernel() {
    return "each_" + name().toLowerCase(Locale.ROOT);
  }

  /** Its value; functions of one number take the first. Where it has none, 0. */
  public double apply(DType dtype, double a, double b) {
    Arithmetic arithmetic = Arithmetic.of(dtype);
    return switch (this) {
      case EXPONENTIAL_OF -> arithmetic.exp(a);
      case LOG_1P -> Math.abs(a) > 1 ? 0 : arithmetic.log1p(a);
      case LOG_OF -> arithmetic.log(a);
      case LOG_RATIO ->
          a > 0 && a < Double.POSITIVE_INFINITY
              ? arithmetic.logRatio(Arithmetic.split(a), b).head()
              : 0;
      case POWER_OF -> arithmetic.pow(a, b);
      case QUOTIENT -> arithmetic.divide(a, b);
      case HYPERBOLIC_TANGENT -> arithmetic.tanh(a);
      case HYPERBOLIC_TANGENT_DERIVATIVE -> arithmetic.tanhDerivative(a);
    };
  }
}
