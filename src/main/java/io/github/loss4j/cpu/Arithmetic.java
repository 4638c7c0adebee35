// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.host.RowOrder;

/**
 * The arithmetic that has the same bits on every device: correctly rounded operations and, built
 * from them in a fixed order, the elementary functions. {@code kernels/arithmetic.clh} is the same
 * in OpenCL C; a change here is a change there.
 *
 * <p>Variables are doubles that hold values of the arithmetic type. {@code round(a + b)}, {@code
 * round(a - b)} and {@code round(a * b)} are then the operations of that type: rounding a double
 * result to float is innocuous, since 53 &ge; 2 &middot; 24 + 2 (Figueroa, When is double rounding
 * innocuous?, 1995). It is not for a fused multiply-add, so that is a method.
 */
abstract class Arithmetic {
  /** Beyond this a logit's exponent would not be exact, and the row is shifted first. */
  static final double SHIFT_BEYOND = 0x1p20;

  /** Elements below this contribute nothing to a row whose largest is above -SHIFT_BEYOND. */
  static final double LEAST = -0x1p21;

  /** The cubic closest to 1/m for m in [1, 2], relative error 2e-3. */
  private static final Polynomial RECIPROCAL =
      new Polynomial(0x1.6a09bap1, -0x1.783c44p1, 0x1.54bdcap0, -0x1.c65256p-3);

  /** The parts of a number x = significand * 2^exponent. */
  record Binary(double significand, int exponent) {}

  private final double log2eHigh;
  private final double log2eLow;
  private final double ln2High;
  private final double ln2Low;
  private final double roundToInteger;
  private final double leastArgument;
  private final int leastExponent;
  private final int newtonSteps;
  private final Polynomial exp2;
  private final Polynomial atanh;

  Arithmetic(Constants constants) {
    log2eHigh = constants.log2eHigh();
    log2eLow = constants.log2eLow();
    ln2High = constants.ln2High();
    ln2Low = constants.ln2Low();
    roundToInteger = constants.roundToInteger();
    leastArgument = constants.leastArgument();
    leastExponent = constants.leastExponent();
    newtonSteps = constants.newtonSteps();
    exp2 = constants.exp2();
    atanh = constants.atanh();
  }

  /**
   * What differs between the types.
   *
   * @param log2eHigh log2 e, rounded
   * @param log2eLow the rest of it
   * @param ln2High ln 2, rounded
   * @param ln2Low the rest of it
   * @param roundToInteger 1.5 times the number whose unit in the last place is 1
   * @param leastArgument below it the exponential is 0
   * @param leastExponent powers of two at and below it count as 0
   * @param newtonSteps what the reciprocal needs
   * @param exp2 2^f for |f| &le; 1/2
   * @param atanh (2 atanh(t) / t - 2) / t&sup2; in t&sup2;, for |t| &le; 1/3
   */
  record Constants(
      double log2eHigh,
      double log2eLow,
      double ln2High,
      double ln2Low,
      double roundToInteger,
      double leastArgument,
      int leastExponent,
      int newtonSteps,
      Polynomial exp2,
      Polynomial atanh) {}

  static Arithmetic of(DType arithmetic) {
    return arithmetic == DType.F64 ? DoubleArithmetic.INSTANCE : FloatArithmetic.INSTANCE;
  }

  /** Rounds a double to the arithmetic type. */
  abstract double round(double x);

  /** a b + c, rounded once. */
  abstract double fma(double a, double b, double c);

  /**
   * Adds e^(x_j - shift) 2^-exponent to lane j mod 32, for every x_j but those that equal the
   * reference.
   */
  abstract void addExponentials(
      double[] x, int count, double reference, double shift, int exponent, double[] lanes);

  /** Replaces each x_j by e^(x_j - shift) 2^-exponent. */
  abstract void exponentials(double[] x, int count, double shift, int exponent);

  /** The binary exponent of e^x, for x within twice SHIFT_BEYOND. */
  final int exponentOf(double x) {
    return (int) (fma(clamp(x), log2eHigh, roundToInteger) - roundToInteger);
  }

  /** 2^exponent; 0 where the arithmetic type has no normal number for it. */
  final double power(int exponent) {
    return exponent <= leastExponent ? 0 : Math.scalb(1.0, exponent);
  }

  /** e^x for x &le; 0. */
  final double exp(double x) {
    if (!(x > leastArgument)) {
      return Double.isNaN(x) ? x : 0;
    }
    int n = exponentOf(x);
    double f = fma(x, log2eLow, fma(x, log2eHigh, -n));
    return round(exp2.at(f, this) * power(n));
  }

  /** log(1 + u) for 0 &le; u &le; 1, as 2 atanh(u / (2 + u)). */
  final double log1p(double u) {
    double divisor = round(2 + u);
    double inverse = reciprocal(new Binary(round(0.5 * divisor), 1));
    double t = round(u * inverse);
    t = fma(fma(-t, divisor, u), inverse, t);
    double square = round(t * t);
    return fma(round(t * square), atanh.at(square, this), round(2 * t));
  }

  /** 1 / x for a normal x &gt; 0 with a significand in [1, 2]. */
  final double reciprocal(Binary x) {
    double m = x.significand();
    double r = RECIPROCAL.at(m, this);
    for (int i = 0; i < newtonSteps; i++) {
      r = fma(r, fma(-m, r, 1), r);
    }
    return round(r * power(-x.exponent()));
  }

  /** Takes a normal x &gt; 0 apart, with a significand in [1, 2). */
  static Binary split(double x) {
    int exponent = Math.getExponent(x);
    return new Binary(Math.scalb(x, -exponent), exponent);
  }

  /** exponent ln 2 + log1p(m - 1) - x: the logarithm of m 2^exponent / e^x, for m in [1, 2). */
  final double logRatio(Binary scaled, double x) {
    double logSignificand = log1p(round(scaled.significand() - 1));
    double k = scaled.exponent();
    return round(fma(k, ln2High, -x) + fma(k, ln2Low, logSignificand));
  }

  /** The sum of a segment's lanes, in the order of {@link RowOrder}; the lanes are used up. */
  final double sum(double[] lanes) {
    for (int width = RowOrder.LANES / 2; width >= 1; width /= 2) {
      for (int lane = 0; lane < width; lane++) {
        lanes[lane] = round(lanes[lane] + lanes[lane + width]);
      }
    }
    return lanes[0];
  }

  static double clamp(double x) {
    return x < LEAST ? LEAST : x;
  }
}
