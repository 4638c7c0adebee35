// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.DType;
import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * The elementary functions, compared with series of 50 digits. The bounds are just above the worst
 * of millions of samples: exp 0.994 and 0.94 ulp (F32, F64), log(1 + u) 0.71 and 0.69, log 0.55 and
 * 0.54, powers 0.71 and 0.66, a / b 0.500, the logarithm of a ratio 0.60 and 0.57. Subnormal
 * results are rounded twice, hence up to 0.25 more.
 */
class ArithmeticTest {
  private static final List<DType> TYPES = List.of(DType.F32, DType.F64);
  private static final int SAMPLES = 4000;

  private final Random random = new Random(1);

  /** A number of an arithmetic type between two others. */
  private double draw(Arithmetic arithmetic, double from, double to) {
    return arithmetic.round(from + (to - from) * random.nextDouble());
  }

  private static void assertError(
      DType dtype,
      double bound,
      IntToDoubleFunction argument,
      DoubleUnaryOperator function,
      DoubleFunction<BigDecimal> exact) {
    WorstError worst = new WorstError(dtype);
    for (int i = 0; i < SAMPLES; i++) {
      double x = argument.applyAsDouble(i);
      worst.add(function.applyAsDouble(x), exact.apply(x), 0, Double.toHexString(x));
    }
    worst.assertBelow(bound);
  }

  private static double leastNormal(DType dtype) {
    return dtype == DType.F32 ? Float.MIN_NORMAL : Double.MIN_NORMAL;
  }

  private static double largest(DType dtype) {
    return dtype == DType.F32 ? Float.MAX_VALUE : Double.MAX_VALUE;
  }

  /** Any positive finite number: every exponent is as likely. */
  private double drawPositive(DType dtype) {
    return dtype == DType.F32
        ? Float.intBitsToFloat(random.nextInt(1, 0x7f800000))
        : Double.longBitsToDouble(random.nextLong(1, 0x7ff0000000000000L));
  }

  @Test
  void exponentialIsWithinOneUlp() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      double range = dtype == DType.F32 ? 87 : 708;
      assertError(
          dtype,
          1,
          i -> draw(arithmetic, i % 2 == 0 ? -range : -1, i % 2 == 0 ? range : 1),
          arithmetic::exp,
          x -> Exact.exp(new BigDecimal(x)));
    }
  }

  @Test
  void exponentialUnderflowsGradually() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      double least = dtype == DType.F32 ? -104 : -746;
      assertError(
          dtype,
          1,
          i -> draw(arithmetic, least, least + 18),
          arithmetic::exp,
          x -> Exact.exp(new BigDecimal(x)));
    }
  }

  @Test
  void logarithmOfOnePlusIsWellWithinOneUlp() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      int exponents = dtype == DType.F32 ? 149 : 1074;
      assertError(
          dtype,
          0.75,
          i -> {
            double u = draw(arithmetic, -0.5, 1);
            return i % 2 == 0 ? u : arithmetic.round(Math.scalb(u, -random.nextInt(exponents)));
          },
          arithmetic::log1p,
          u -> Exact.log1p(new BigDecimal(u)));
      assertError(
          dtype,
          0.55,
          i -> draw(arithmetic, -1, -0.5),
          arithmetic::log1p,
          u -> Exact.log(new BigDecimal(u).add(BigDecimal.ONE)));
    }
  }

  @Test
  void logarithmIsWellWithinOneUlp() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      assertError(
          dtype,
          0.6,
          i ->
              switch (i % 3) {
                case 0 -> drawPositive(dtype);
                case 1 -> draw(arithmetic, 0.4, 2.4);
                default -> arithmetic.round(1 + Math.scalb(draw(arithmetic, -1, 1), -i % 30));
              },
          arithmetic::log,
          x -> Exact.log(new BigDecimal(x)));
    }
  }

  /** So do the exponents that losses take; beyond |8| the error grows with the exponent. */
  @Test
  void powersAreWellWithinOneUlp() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      for (double exponent : new double[] {0.5, -0.5, 1.5, 2.5, 3, -1, -2.75, 8, -8, 0.1}) {
        double rounded = arithmetic.round(exponent);
        // So far out do the base and its power stay in the type.
        double edge = 0.9 * Math.log(largest(dtype)) / Math.max(1, Math.abs(exponent));
        assertError(
            dtype,
            0.75,
            i ->
                i % 2 == 0
                    ? draw(arithmetic, 1e-3, 2)
                    : arithmetic.round(Math.exp(edge * (2 * random.nextDouble() - 1))),
            a -> arithmetic.pow(a, rounded),
            a -> Exact.pow(new BigDecimal(a), new BigDecimal(rounded)));
      }
    }
  }

  @Test
  void powersUnderflowGradually() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      double root = Math.sqrt(leastNormal(dtype));
      assertError(
          dtype,
          0.85,
          i -> draw(arithmetic, root / 1024, root),
          a -> arithmetic.pow(a, 2.125),
          a -> Exact.pow(new BigDecimal(a), new BigDecimal(2.125)));
    }
  }

  @Test
  void theFirstTwoPowersAreRoundedOnce() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      for (int i = 0; i < 1000; i++) {
        double a = (i % 2 == 0 ? 1 : -1) * drawPositive(dtype);
        assertEquals(a, arithmetic.pow(a, 1));
        assertEquals(arithmetic.round(a * a), arithmetic.pow(a, 2));
      }
    }
  }

  /** Java's pow follows C's but for the exponent NaN or infinity of a base of magnitude 1. */
  @Test
  void powersOfSpecialNumbersAreThoseOfC() {
    double[] bases = {
      0,
      -0.0,
      1,
      -1,
      2,
      -2,
      0.5,
      -0.5,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.NaN
    };
    double[] exponents = {
      0,
      -0.0,
      1,
      -1,
      2,
      -2,
      3,
      -3,
      0.5,
      -0.5,
      0x1p23 - 1,
      1 - 0x1p24,
      0x1p30,
      -0x1p70,
      0x1p22 + 0.5,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.NaN
    };
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      for (double a : bases) {
        for (double b : exponents) {
          boolean javaDiffers = a == 1 || (a == -1 && Double.isInfinite(b));
          double expected = javaDiffers ? 1 : arithmetic.round(Math.pow(a, b));
          double actual = arithmetic.pow(a, b);
          assertEquals(expected, actual, 1e-7, () -> dtype + ": " + a + "^" + b);
          assertEquals(1 / expected, 1 / actual, 1e-7, "the sign of 0");
        }
      }
    }
  }

  @Test
  void quotientIsAsGoodAsRounded() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      double[] divisor = {1};
      assertError(
          dtype,
          0.501,
          i -> {
            double a = drawPositive(dtype);
            do {
              divisor[0] = i % 2 == 0 ? draw(arithmetic, -2, 2) : drawPositive(dtype);
            } while (Math.abs(a / divisor[0]) < leastNormal(dtype)
                || Math.abs(a / divisor[0]) > largest(dtype) / 2);
            return a;
          },
          a -> arithmetic.divide(a, divisor[0]),
          a -> Exact.quotient(new BigDecimal(a), new BigDecimal(divisor[0])));
    }
  }

  @Test
  void quotientsOfSpecialNumbersAreThoseOfIeee() {
    double[] numbers = {
      0,
      -0.0,
      1,
      -1,
      2,
      -2,
      3,
      -3,
      0x1p-140,
      -0x1p-140,
      0x1p127,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.NaN
    };
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      for (double a : numbers) {
        for (double b : numbers) {
          assertEquals(
              arithmetic.round(a / b),
              arithmetic.divide(a, b),
              () -> "%s: %a / %a".formatted(dtype, a, b));
        }
      }
    }
  }

  @Test
  void reciprocalIsAsGoodAsRounded() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      assertError(
          dtype,
          0.51,
          i -> draw(arithmetic, 1, 2),
          m -> arithmetic.reciprocal(new Arithmetic.Binary(m, 0)),
          m -> Exact.reciprocal(new BigDecimal(m)));
    }
  }

  /** Near 0 the logarithms cancel; the loss is then about ln 2, and an ulp of 1 does not count. */
  @Test
  void logarithmOfARatioIsWellWithinOneUlpOfItOrOfOne() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      for (int range : new int[] {1, 10, 100, 1000, 1_000_000}) {
        WorstError worst = new WorstError(dtype);
        for (int i = 0; i < SAMPLES / 2; i++) {
          int k = random.nextInt(-range, range + 1);
          double m = draw(arithmetic, 1, 2);
          double x =
              i % 2 == 0
                  ? draw(arithmetic, -range, range)
                  : draw(arithmetic, 0.69 * k - 2, 0.69 * k + 2);
          BigDecimal exact =
              Exact.LN2
                  .multiply(BigDecimal.valueOf(k))
                  .add(Exact.log1p(new BigDecimal(m - 1)))
                  .subtract(new BigDecimal(x));
          worst.add(
              arithmetic.logRatio(new Arithmetic.Binary(m, k), x).head(),
              exact,
              1,
              "%a * 2^%d / e^%a".formatted(m, k, x));
        }
        worst.assertBelow(0.65);
      }
    }
  }

  @Test
  void valuesAtTheEdgesAreExact() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      assertEquals(1, arithmetic.exp(0));
      assertEquals(1, arithmetic.exp(-0.0));
      assertEquals(0, arithmetic.exp(Double.NEGATIVE_INFINITY));
      assertEquals(0, arithmetic.exp(-1e30));
      assertEquals(Double.NaN, arithmetic.exp(Double.NaN));
      assertEquals(Double.POSITIVE_INFINITY, arithmetic.exp(Double.POSITIVE_INFINITY));
      assertEquals(Double.POSITIVE_INFINITY, arithmetic.exp(dtype == DType.F32 ? 89 : 710));
      assertEquals(0, arithmetic.log1p(0));
      assertEquals(-0.0, arithmetic.log1p(-0.0));
      assertEquals(Double.NaN, arithmetic.log1p(Double.NaN));
      assertEquals(Double.NEGATIVE_INFINITY, arithmetic.log1p(-1));
      assertEquals(0, arithmetic.log(1));
      assertEquals(arithmetic.round(Math.log(2)), arithmetic.log(2));
      assertEquals(Double.NEGATIVE_INFINITY, arithmetic.log(0));
      assertEquals(Double.NEGATIVE_INFINITY, arithmetic.log(-0.0));
      assertEquals(Double.POSITIVE_INFINITY, arithmetic.log(Double.POSITIVE_INFINITY));
      assertEquals(Double.NaN, arithmetic.log(Double.NEGATIVE_INFINITY));
      assertEquals(Double.NaN, arithmetic.log(-1));
      assertEquals(Double.NaN, arithmetic.log(Double.NaN));
      assertEquals(arithmetic.round(Math.log(2)), arithmetic.log1p(1));
      for (int k : new int[] {0, 1, 7, 20}) {
        assertEquals(Math.scalb(1.0, -k), arithmetic.reciprocal(new Arithmetic.Binary(1, k)));
        assertEquals(Math.scalb(0.5, -k), arithmetic.reciprocal(new Arithmetic.Binary(2, k)));
      }
      Arithmetic.Binary one = new Arithmetic.Binary(1, 0);
      assertEquals(DoubleWord.of(0), arithmetic.logRatio(one, 0));
      assertEquals(DoubleWord.of(3), arithmetic.logRatio(one, -3));
      double infinity = Double.POSITIVE_INFINITY;
      assertEquals(DoubleWord.of(infinity), arithmetic.logRatio(one, -infinity));
    }
  }

  /** Rounding to float by way of double is innocuous but for a fused multiply-add. */
  @Test
  void floatOperationsAreThoseOfFloat() {
    Arithmetic arithmetic = Arithmetic.of(DType.F32);
    for (int i = 0; i < 100_000; i++) {
      float a = Float.intBitsToFloat(random.nextInt());
      float b = Float.intBitsToFloat(random.nextInt());
      float c = Float.intBitsToFloat(random.nextInt());
      assertEquals(a + b, arithmetic.round((double) a + b));
      assertEquals(a - b, arithmetic.round((double) a - b));
      assertEquals(a * b, arithmetic.round((double) a * b));
      if (Float.isFinite(a) && Float.isFinite(b) && Float.isFinite(c)) {
        BigDecimal exact = new BigDecimal(a).multiply(new BigDecimal(b)).add(new BigDecimal(c));
        assertEquals(exact.floatValue(), (float) arithmetic.fma(a, b, c));
      }
    }
  }

  /** As near as the rounded log2 e allows. */
  @Test
  void exponentIsTheNearestInteger() {
    BigDecimal log2e = Exact.reciprocal(Exact.LN2);
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      double error = dtype == DType.F32 ? 0x1p-25 : 0x1p-53;
      for (int i = 0; i < 20_000; i++) {
        double x = draw(arithmetic, i % 2 == 0 ? -100 : -0x1p21, i % 2 == 0 ? 100 : 0x1p20);
        BigDecimal n = BigDecimal.valueOf(arithmetic.exponentOf(x));
        double rest = new BigDecimal(x).multiply(log2e).subtract(n).doubleValue();
        assertTrue(Math.abs(rest) <= 0.5 + error * Math.abs(x), () -> dtype + " at " + x);
      }
    }
  }

  @Test
  void powersOfTwoAreExactAndZeroBelowTheNormalRange() {
    for (int k = -2000; k <= 0; k++) {
      double power = Math.scalb(1.0, k);
      assertEquals(power < Float.MIN_NORMAL ? 0 : power, Arithmetic.of(DType.F32).power(k));
      assertEquals(power < Double.MIN_NORMAL ? 0 : power, Arithmetic.of(DType.F64).power(k));
    }
  }

  @Test
  void splitTakesNumbersApart() {
    for (int i = 0; i < 1000; i++) {
      double x = Math.scalb(1 + random.nextDouble(), random.nextInt(-1074, 1000));
      Arithmetic.Binary parts = Arithmetic.split(x);
      assertTrue(parts.significand() >= 1 && parts.significand() < 2);
      assertEquals(x, Math.scalb(parts.significand(), parts.exponent()));
    }
  }
}
