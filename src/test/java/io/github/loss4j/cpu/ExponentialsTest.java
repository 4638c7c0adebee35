// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.DType;
import io.github.loss4j.host.RowOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is computed for many elements at once is what is computed for one. */
class ExponentialsTest {
  private static final List<DType> TYPES = List.of(DType.F32, DType.F64);

  private final Random random = new Random(1);

  /** Numbers of a type, those of a row with a shift, with -inf among them. */
  private double[] draw(Arithmetic arithmetic, int count, double shift) {
    double[] x = new double[count];
    for (int j = 0; j < count; j++) {
      x[j] =
          random.nextInt(10) == 0
              ? Double.NEGATIVE_INFINITY
              : arithmetic.round(shift - 60 * random.nextDouble());
    }
    return x;
  }

  private static double[] exponentials(
      Arithmetic arithmetic, double[] x, double shift, int exponent) {
    double[] heads = x.clone();
    DoubleWord one = DoubleWord.of(1);
    arithmetic.exponentials(heads, new double[x.length], x.length, shift, one, exponent);
    return heads;
  }

  @Test
  void exponentialsAreThoseOfOneElement() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      for (double shift : new double[] {0, 3, -1e6}) {
        double[] x = draw(arithmetic, 2048, shift);
        double[] y = exponentials(arithmetic, x, shift, 0);
        for (int j = 0; j < x.length; j++) {
          assertEquals(arithmetic.exp(arithmetic.round(x[j] - shift)), y[j]);
        }
      }
    }
  }

  @Test
  void aPowerOfTwoComesOutExactly() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      double[] x = draw(arithmetic, 1000, 0);
      double[] plain = exponentials(arithmetic, x, 0, 0);
      for (int exponent : new int[] {-30, -1, 7, 30}) {
        double[] scaled = exponentials(arithmetic, x, 0, exponent);
        for (int j = 0; j < x.length; j++) {
          assertEquals(Math.scalb(plain[j], -exponent), scaled[j]);
        }
      }
    }
  }

  @Test
  void lanesAddTheElementsInOrderWithoutTheReference() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      for (int count : new int[] {1, 31, 32, 33, 1000, 2048}) {
        double[] x = draw(arithmetic, count, 5);
        double reference = x[count / 2];
        double largest = Arrays.stream(x).filter(a -> a != reference).max().orElse(0);
        int exponent = arithmetic.exponentOf(arithmetic.round(largest - 5));
        double[] lanes = new double[RowOrder.LANES];
        double[] expected = new double[RowOrder.LANES];
        for (int lane = 0; lane < lanes.length; lane++) {
          lanes[lane] = lane / 8.0;
          expected[lane] = lane / 8.0;
        }
        for (int j = 0; j < count; j++) {
          if (x[j] != reference) {
            add(arithmetic, x[j] - 5, exponent, expected, j % RowOrder.LANES);
          }
        }
        arithmetic.addExponentials(x, count, reference, 5, exponent, lanes);
        assertArrayEquals(expected, lanes);
      }
    }
  }

  /** e^y as a significand and a power of two, fused with the sum. */
  private static void add(Arithmetic arithmetic, double y, int exponent, double[] lanes, int lane) {
    double rounded = Arithmetic.clamp(arithmetic.round(y));
    int n = arithmetic.exponentOf(rounded);
    double[] significand = exponentials(arithmetic, new double[] {rounded}, 0, n);
    double power = arithmetic.power(n - exponent);
    lanes[lane] = arithmetic.fma(significand[0], power, lanes[lane]);
  }

  /** The promise that a sum's rounding rests on: raising the exponent is exact. */
  @Test
  void aScaledSumDoesNotDependOnWhenItsExponentRises() {
    for (DType dtype : TYPES) {
      Arithmetic arithmetic = Arithmetic.of(dtype);
      for (int draw = 0; draw < 200; draw++) {
        ScaledSum late = new ScaledSum(arithmetic);
        ScaledSum early = new ScaledSum(arithmetic);
        late.reset();
        early.reset();
        early.add(0, 40);
        for (int i = 0; i < 50; i++) {
          double term = arithmetic.round(1 + random.nextDouble());
          int exponent = Math.min(40, i - random.nextInt(10));
          late.add(term, exponent);
          early.add(term, exponent);
        }
        assertEquals(early.normalized(), late.normalized());
        assertTrue(late.normalized().significand() < 2);
      }
    }
  }
}
