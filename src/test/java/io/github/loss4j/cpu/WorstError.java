// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.DType;
import java.math.BigDecimal;
import java.math.MathContext;

/** The largest error of a function, in units in the last place of the exact value. */
final class WorstError {
  private final DType arithmetic;
  private double ulps;
  private String where = "nowhere";

  WorstError(DType arithmetic) {
    this.arithmetic = arithmetic;
  }

  /** Compares a result with the exact value; near 0 the unit is that of a least magnitude. */
  void add(double result, BigDecimal exact, double least, String argument) {
    double magnitude = Math.max(least, Math.abs(exact.doubleValue()));
    double ulp = arithmetic == DType.F64 ? Math.ulp(magnitude) : Math.ulp((float) magnitude);
    // Between subnormal numbers the difference is none of a double's.
    BigDecimal difference = new BigDecimal(result).subtract(exact).abs();
    double error = difference.divide(new BigDecimal(ulp), MathContext.DECIMAL64).doubleValue();
    if (!(error <= ulps)) {
      ulps = error;
      where = argument;
    }
  }

  /** There must be an error, else nothing was compared; it must be below a bound. */
  void assertBelow(double bound) {
    assertTrue(
        ulps > 0 && ulps < bound,
        () -> "%s: worst error %.3f ulp at %s".formatted(arithmetic, ulps, where));
  }
}
