// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.host.RowKernels.Elements;
import io.github.loss4j.host.RowKernels.LabelRows;
import io.github.loss4j.host.RowKernels.Normalize;
import io.github.loss4j.host.RowKernels.NormalizeGradient;
import io.github.loss4j.host.RowKernels.ProbabilityRows;
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
  static final double RECIPROCAL_0 = 0x1.6a09bap1;

  static final double RECIPROCAL_1 = -0x1.783c44p1;
  static final double RECIPROCAL_2 = 0x1.54bdcap0;
  static final double RECIPROCAL_3 = -0x1.c65256p-3;

  private static final Polynomial RECIPROCAL =
      new Polynomial(RECIPROCAL_0, RECIPROCAL_1, RECIPROCAL_2, RECIPROCAL_3);

  /** The parts of a number x = significand * 2^exponent. */
  record Binary(double significand, int exponent) {}

  private final Constants constants;
  private final Logarithm logarithm;
  private final Power power;
  private final HyperbolicTangent tanh;

  Arithmetic(Constants constants) {
    this.constants = constants;
    this.logarithm = new Logarithm(constants.logarithm());
    this.power = new Power(logarithm, constants);
    this.tanh = new HyperbolicTangent(constants.tanh());
  }

  /**
   * What differs between the types.
   *
   * @param log2eHigh log2 e, rounded
   * @param log2eLow the rest of it
   * @param roundToInteger 1.5 times the number whose unit in the last place is 1
   * @param bias the largest exponent
   * @param newtonSteps what the reciprocal needs
   * @param exp2Curve (2^f - 1 - f ln 2) / f&sup2; for |f| &le; 1/2
   * @param exp2CurveOfWords one term longer
   * @param logarithm those of the logarithms
   * @param tanh (tanh(y) / y - 1) / y&sup2; in y&sup2;, for |y| &le; 0.55
   */
  record Constants(
      double log2eHigh,
      double log2eLow,
      double roundToInteger,
      int bias,
      int newtonSteps,
      Polynomial exp2Curve,
      Polynomial exp2CurveOfWords,
      Logarithm.Constants logarithm,
      Polynomial tanh) {}

  static Arithmetic of(DType arithmetic) {
    return arithmetic == DType.F64 ? DoubleArithmetic.INSTANCE : FloatArithmetic.INSTANCE;
  }

  /** The same, with loops that use the Vector API where there are any. */
  static Arithmetic withVectors(DType arithmetic) {
    return arithmetic == DType.F64 ? DoubleArithmetic.INSTANCE : FloatVectorArithmetic.INSTANCE;
  }

  /** Replaces each x_j by its gradient, as if none were the label's. */
  abstract void push(double[] x, int count, RowPush push);

  /** What writes the gradient of segments of rows. */
  SegmentGradient segmentGradient(RowView logits, RowView gradient) {
    return new PlainSegmentGradient(logits, gradient, this);
  }

  /** What computes blocks of an elementwise loss. */
  RowTask elementTask(Elements task, LossWriter losses) {
    return new ElementTask(task, losses, this);
  }

  /** The words of a segment of rows with so many classes. */
  SegmentWords segmentWords(int classes) {
    return new PlainSegmentWords(classes, this);
  }

  /** Whether its loops use the Vector API. */
  boolean hasVectors() {
    return false;
  }

  /** What computes the cross-entropy of labels. */
  RowTask crossEntropy(LabelRows task, LossWriter losses) {
    return new CrossEntropyRow(task, losses, this);
  }

  /** What computes the cross-entropy of target probabilities. */
  RowTask crossEntropy(ProbabilityRows task, LossWriter losses) {
    return new CrossEntropyProbabilitiesRow(task, losses, this);
  }

  /** What computes the focal loss of labels. */
  RowTask softmaxFocal(LabelRows task, LossWriter losses) {
    return new SoftmaxFocalRow(task, losses, this);
  }

  /** What computes softmax or its logarithm. */
  RowTask normalize(Normalize task) {
    return new NormalizeRow(task, this);
  }

  /** What computes the gradient of either. */
  RowTask normalizeGradient(NormalizeGradient task) {
    return new NormalizeGradientRow(task, this);
  }

  /** The sums of exponentials over rows. */
  RowSum rowSum(RowView view) {
    return new PlainRowSum(view, this);
  }

  /** Rounds a double to the arithmetic type. */
  abstract double round(double x);

  /** a b + c, rounded once. */
  abstract double fma(double a, double b, double c);

  /** Adds factor x_j to sums_j, each rounded once. */
  abstract void addProducts(double factor, double[] x, int count, double[] sums);

  /**
   * Adds e^(x_j - shift) 2^-exponent to lane j mod 32, for every x_j but those that equal the
   * reference.
   */
  abstract void addExponentials(
      double[] x, int count, double reference, double shift, int exponent, double[] lanes);

  /**
   * Replaces each x_j by the head of e^(x_j - shift) factor 2^-exponent, which may underflow
   * gradually; its tail may be larger than half an ulp of it.
   */
  abstract void exponentials(
      double[] x, double[] tails, int count, double shift, DoubleWord factor, int exponent);

  /** The binary exponent of e^x, for x within twice SHIFT_BEYOND. */
  final int exponentOf(double x) {
    return (int)
        (fma(clamp(x), constants.log2eHigh, constants.roundToInteger) - constants.roundToInteger);
  }

  /** 2^exponent; 0 where the arithmetic type has no normal number for it. */
  final double power(int exponent) {
    return exponent <= -constants.bias ? 0 : Math.scalb(1.0, exponent);
  }

  /** m 2^n for m in [1/2, 2], rounded once though it underflow: the first power scales exactly. */
  final double scaled(double m, int n) {
    int limit = 2 * constants.bias - 2;
    int within = Math.clamp(n, -limit, limit);
    int halfWay = within >> 1;
    return round(round(m * power(halfWay)) * power(within - halfWay));
  }

  /** x 2^n for 0 or a normal x and n at most the largest exponent, rounded once. */
  final double scaledDown(double x, int n) {
    int normal = Math.max(n, 1 - constants.bias);
    return round(round(x * power(n - normal)) * power(normal));
  }

  /** The parts of e^x, for x at most 2^21 or NaN; the significand is near 1. */
  final Binary exponential(double x) {
    double clamped = clamp(x);
    int n = exponentOf(clamped);
    double f = fma(clamped, constants.log2eLow, fma(clamped, constants.log2eHigh, -n));
    double slope = fma(constants.exp2Curve.at(f, this), f, constants.logarithm.ln2High());
    return new Binary(fma(slope, f, 1), n);
  }

  /** The same as a double word, closer. */
  final ScaledWord closeExponentialWord(double x) {
    return power.exp2Word(power.timesLog2e(clamp(x), this), this);
  }

  /** e^x for any x; beyond the largest exponent it is 0 or infinite. */
  final double exp(double x) {
    if (!(Math.abs(x) < constants.bias)) {
      return Double.isNaN(x) ? x : x > 0 ? Double.POSITIVE_INFINITY : 0;
    }
    Binary parts = exponential(x);
    return scaled(parts.significand, parts.exponent);
  }

  /** The same as a close double word; the tail means nothing if the head is 0 or not finite. */
  final DoubleWord closeExponential(double x) {
    return power.exponential(x, this);
  }

  /** log(1 + u) for -1 &le; u &le; 1. */
  final double log1p(double u) {
    return logarithm.log1p(u, this);
  }

  /** The same as a double word; its tail is 0 where it is not finite. */
  final DoubleWord log1pWord(double u) {
    return logarithm.log1pWord(u, this);
  }

  /** The natural logarithm of any x. */
  final double log(double x) {
    return logarithm.log(x, this);
  }

  /** exponent ln 2 + log1p(m - 1) - x: the logarithm of m 2^exponent / e^x, for m in [1, 2). */
  final DoubleWord logRatio(Binary scaled, double x) {
    return logRatio(scaled, 0, x);
  }

  /** The same plus a tiny rest. */
  final DoubleWord logRatio(Binary scaled, double rest, double x) {
    return logarithm.logRatio(scaled, rest, x, this);
  }

  /** The natural logarithm of any x; its tail is 0 where it is not finite. */
  final DoubleWord logWord(double x) {
    return logarithm.logWord(x, this);
  }

  /** a^exponent for any a and exponent, like C's pow. */
  final double pow(double a, double exponent) {
    return pow(DoubleWord.of(a), exponent).rounded(this);
  }

  /** a^exponent of a double word; the tail means nothing if the head is 0 or not finite. */
  final DoubleWord pow(DoubleWord a, double exponent) {
    return power.of(a, exponent, this);
  }

  /** The hyperbolic tangent of any y. */
  final double tanh(double y) {
    return tanh.of(y, this);
  }

  /** 1 - tanh&sup2; y for any y. */
  final double tanhDerivative(double y) {
    return tanh.derivative(y, this);
  }

  /** a / b for any a and b, with the infinities and NaNs of IEEE 754. */
  final double divide(double a, double b) {
    boolean negative = (Double.doubleToRawLongBits(a) ^ Double.doubleToRawLongBits(b)) < 0;
    double sign = negative ? -1 : 1;
    if (Double.isNaN(a)
        || Double.isNaN(b)
        || (a == 0 && b == 0)
        || (Double.isInfinite(a) && Double.isInfinite(b))) {
      return Double.NaN;
    }
    if (a == 0 || Double.isInfinite(b)) {
      return sign * 0;
    }
    if (Double.isInfinite(a) || b == 0) {
      return sign * Double.POSITIVE_INFINITY;
    }
    Binary numerator = split(Math.abs(a));
    Binary denominator = split(Math.abs(b));
    double m = numerator.significand();
    double d = denominator.significand();
    double inverse = reciprocal(new Binary(d, 0));
    double q = round(m * inverse);
    double significand = fma(fma(-q, d, m), inverse, q);
    return sign * scaled(significand, numerator.exponent() - denominator.exponent());
  }

  /** 1 / x for a normal x &gt; 0 with a significand in [1, 2]. */
  final double reciprocal(Binary x) {
    double r = nearReciprocal(x.significand(), constants.newtonSteps);
    return round(r * power(-x.exponent()));
  }

  /** 1 / (1 + u) for 0 &le; u &le; 1; the last of Newton's steps knows what 1 + u lost. */
  final double reciprocalOf1Plus(double u) {
    double m = round(1 + u);
    double lost = round(u - round(m - 1));
    double r = nearReciprocal(m, constants.newtonSteps - 1);
    return fma(r, fma(-lost, r, fma(-m, r, 1)), r);
  }

  private double nearReciprocal(double m, int newtonSteps) {
    double r = RECIPROCAL.at(m, this);
    for (int i = 0; i < newtonSteps; i++) {
      r = fma(r, fma(-m, r, 1), r);
    }
    return r;
  }

  /** Takes a finite x &gt; 0 apart, with a significand in [1, 2). */
  static Binary split(double x) {
    if (x < Double.MIN_NORMAL) {
      Binary normal = split(x * 0x1p64);
      return new Binary(normal.significand(), normal.exponent() - 64);
    }
    int exponent = Math.getExponent(x);
    return new Binary(Math.scalb(x, -exponent), exponent);
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
