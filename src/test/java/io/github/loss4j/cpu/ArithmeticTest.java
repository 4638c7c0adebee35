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
 * of 400,000 samples: exp 0.95 and 1.00 ulp (F32, F64), log(1 + u) 1.88 and 1.89, 1 / x 0.5001 and
 * 0.5000, the logarithm of a ratio 2.06 and 2.12.
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

  @Test
  void exponentialIsWithinOneUlp() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      double least = dtype == DType.F32 ? -87 : -708;
      assertError(
          dtype,
          1.05,
          i -> draw(arithmetic, i % 2 == 0 ? least : -1, 0),
          arithmetic::exp,
          x -> Exact.exp(new BigDecimal(x)));
    }
  }

  @Test
  void logarithmOfOnePlusIsWithinTwoUlps() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      assertError(
          dtype,
          2,
          i -> {
            double u = draw(arithmetic, 0, 1);
            return i % 2 == 0 ? u : Math.scalb(u, -random.nextInt(100));
          },
          arithmetic::log1p,
          u -> Exact.log1p(new BigDecimal(u)));
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
  void logarithmOfARatioIsWithinTwoUlpsOfItOrOfOne() {
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
              arithmetic.logRatio(new Arithmetic.Binary(m, k), x),
              exact,
              1,
              "%a * 2^%d / e^%a".formatted(m, k, x));
        }
        worst.assertBelow(2.2);
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
      assertEquals(0, arithmetic.log1p(0));
      assertEquals(arithmetic.round(Math.log(2)), arithmetic.log1p(1));
      for (int k : new int[] {0, 1, 7, 20}) {
        assertEquals(Math.scalb(1.0, -k), arithmetic.reciprocal(new Arithmetic.Binary(1, k)));
        assertEquals(Math.scalb(0.5, -k), arithmetic.reciprocal(new Arithmetic.Binary(2, k)));
      }
      assertEquals(0, arithmetic.logRatio(new Arithmetic.Binary(1, 0), 0));
      assertEquals(3, arithmetic.logRatio(new Arithmetic.Binary(1, 0), -3));
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
      double x = Math.scalb(1 + random.nextDouble(), random.nextInt(-1000, 1000));
      Arithmetic.Binary parts = Arithmetic.split(x);
      assertTrue(parts.significand() >= 1 && parts.significand() < 2);
      assertEquals(x, Math.scalb(parts.significand(), parts.exponent()));
    }
  }
}
