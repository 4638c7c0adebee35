// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.exact;

import io.github.loss4j.DType;
import java.math.BigDecimal;

/**
 * Errors of results in units in the last place of the exact value, in the result's type. Below the
 * smallest normal number the unit is that number's.
 */
public final class Ulps {
  private final DType type;
  private double worst;
  private double sum;
  private long count;

  public Ulps(DType type) {
    this.type = type;
  }

  /** The unit of a number of a type. */
  public static double unit(double exact, DType type) {
    return type == DType.F64
        ? Math.ulp(Math.max(Math.abs(exact), Double.MIN_NORMAL))
        : Math.scalb(1.0, Math.max(Math.getExponent(exact), Float.MIN_EXPONENT) - 23);
  }

  /** |got - exact|, rounded; infinite if the result is not finite. */
  public static double distance(double got, Wide exact) {
    return Double.isFinite(got)
        ? new BigDecimal(got).subtract(exact.value()).abs().doubleValue()
        : Double.POSITIVE_INFINITY;
  }

  /** Whether a number is in a type's range. */
  public static boolean isFinite(Wide exact, DType type) {
    double x = exact.toDouble();
    return Double.isFinite(x) && (type == DType.F64 || Float.isFinite((float) x));
  }

  /** Adds a result, unless there is no finite number that it should be. */
  public void add(double got, Wide exact) {
    if (isFinite(exact, type)) {
      double error = distance(got, exact) / unit(exact.toDouble(), type);
      worst = Math.max(worst, error);
      sum += error;
      count++;
    }
  }

  public long count() {
    return count;
  }

  public double worst() {
    return worst;
  }

  public double mean() {
    return sum / count;
  }
}
