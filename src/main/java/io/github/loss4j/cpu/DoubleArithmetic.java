// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowOrder;
import java.util.Arrays;

/** The arithmetic of binary64. The coefficients are minimax, made with Sollya's fpminimax. */
final class DoubleArithmetic extends Arithmetic {
  private static final double LOG2E_HIGH = 0x1.71547652b82fep0;
  private static final double LOG2E_LOW = 0x1.777d0ffda0d24p-56;
  private static final double ROUND_TO_INTEGER = 0x1.8p52;
  private static final double[] EXP2 = {
    1,
    0x1.62e42fefa39efp-1,
    0x1.ebfbdff82c5a5p-3,
    0x1.c6b08d704a124p-5,
    0x1.3b2ab6fb9ffaep-7,
    0x1.5d87fe78a08ffp-10,
    0x1.4309130f151f1p-13,
    0x1.ffcbfc5c179cdp-17,
    0x1.62bfc71a1faacp-20,
    0x1.b525395c3a783p-24,
    0x1.e61c18f574691p-28,
    0x1.e9506e94adfe9p-32
  };

  static final DoubleArithmetic INSTANCE = new DoubleArithmetic();

  private DoubleArithmetic() {
    super(
        new Constants(
            LOG2E_HIGH,
            LOG2E_LOW,
            ROUND_TO_INTEGER,
            1023,
            3,
            new Polynomial(Arrays.copyOfRange(EXP2, 2, EXP2.length)),
            new Polynomial(
                0x1.ebfbdff82c59p-3,
                0x1.c6b08d704a0c8p-5,
                0x1.3b2ab6fba4a96p-7,
                0x1.5d87fe78a369bp-10,
                0x1.430912f96607fp-13,
                0x1.ffcbfc70eacfp-17,
                0x1.62c01eaf16db9p-20,
                0x1.b524e466736ecp-24,
                0x1.e4db36bf4f493p-28,
                0x1.e9f7cf36645e7p-32,
                0x1.b50bd2181869fp-36),
            new Logarithm.Constants(
                EXP2[1],
                0x1.abc9e3b39803fp-56,
                0x1.62e42feep-1,
                0x1.a39ef35793c76p-33,
                0x1p-55,
                new Polynomial(
                    0x1.5555555555555p-1,
                    0x1.9999999999b17p-2,
                    0x1.24924924839bcp-2,
                    0x1.c71c71ce5c5ffp-3,
                    0x1.745d169c0080ep-3,
                    0x1.3b13a8c61b26dp-3,
                    0x1.11147055c0517p-3,
                    0x1.e135bb1d73378p-4,
                    0x1.b81e8c67b01c6p-4,
                    0x1.4343c72ddf56ep-4,
                    0x1.321441b1b22b3p-3)),
            new Polynomial(
                -0x1.5555555555555p-2,
                0x1.111111111108fp-3,
                -0x1.ba1ba1ba1273fp-5,
                0x1.664f488012b06p-6,
                -0x1.226e34e6b0edfp-7,
                0x1.d6d3b5ef09d22p-9,
                -0x1.7da1592a2fa04p-10,
                0x1.353ccac3418cdp-11,
                -0x1.f381c2133a701p-13,
                0x1.89dba7477b9e9p-14,
                -0x1.13e31196448d3p-15,
                0x1.f11b58f6fe193p-18)));
  }

  @Override
  double round(double x) {
    return x;
  }

  @Override
  double fma(double a, double b, double c) {
    return Math.fma(a, b, c);
  }

  @Override
  void addProducts(double factor, double[] x, int count, double[] sums) {
    for (int j = 0; j < count; j++) {
      sums[j] = Math.fma(factor, x[j], sums[j]);
    }
  }

  @Override
  void addExponentials(
      double[] x, int count, double reference, double shift, int exponent, double[] lanes) {
    for (int j = 0; j < count; j++) {
      if (x[j] != reference) {
        double y = clamp(x[j] - shift);
        double t = Math.fma(y, LOG2E_HIGH, ROUND_TO_INTEGER);
        int lane = j % RowOrder.LANES;
        lanes[lane] = Math.fma(significand(y, t), scale(t, exponent), lanes[lane]);
      }
    }
  }

  @Override
  void push(double[] x, int count, RowPush push) {
    double shift = push.shift();
    for (int j = 0; j < count; j++) {
      x[j] = x[j] == push.reference() ? push.atTies() : pushed(x[j] - shift, push);
    }
  }

  private static double pushed(double x, RowPush push) {
    double head = push.factor().head();
    double y = clamp(x);
    double t = Math.fma(y, LOG2E_HIGH, ROUND_TO_INTEGER);
    double f = fraction(y, t);
    double slope = slope(f);
    double e = Math.fma(slope, f, 1);
    double tail = Math.fma(slope, f, 1 - e);
    double rest = Math.fma(head, tail, push.factor().tail() * e);
    double product = push.isOrdinary() ? Math.fma(head, e, rest) : head * e;
    int n = (int) Double.doubleToRawLongBits(t) - push.exponent();
    int normal = Math.max(n, -1022);
    return product * powerOfTwo(n - normal) * powerOfTwo(normal);
  }

  @Override
  void exponentials(
      double[] x, double[] tails, int count, double shift, DoubleWord factor, int exponent) {
    double factorHead = factor.head();
    double factorTail = factor.tail();
    for (int j = 0; j < count; j++) {
      double y = clamp(x[j] - shift);
      double t = Math.fma(y, LOG2E_HIGH, ROUND_TO_INTEGER);
      double f = fraction(y, t);
      double slope = slope(f);
      double head = Math.fma(slope, f, 1);
      double tail = Math.fma(slope, f, 1 - head);
      int n = (int) Double.doubleToRawLongBits(t) - exponent;
      int normal = Math.max(n, -1022);
      double power = powerOfTwo(n - normal);
      double least = powerOfTwo(normal);
      double product = head * factorHead;
      double rest = Math.fma(head, factorTail, tail * factorHead);
      x[j] = product * power * least;
      tails[j] = (Math.fma(head, factorHead, -product) + rest) * power * least;
    }
  }

  /** 2^f, where t is the nearest integer to log2 e^x, plus ROUND_TO_INTEGER, and f what is left. */
  private static double significand(double x, double t) {
    double f = fraction(x, t);
    return Math.fma(slope(f), f, 1);
  }

  private static double fraction(double x, double t) {
    double n = t - ROUND_TO_INTEGER;
    return Math.fma(x, LOG2E_LOW, Math.fma(x, LOG2E_HIGH, -n));
  }

  /** (2^f - 1) / f. */
  private static double slope(double f) {
    double p = EXP2[EXP2.length - 1];
    for (int i = EXP2.length - 2; i >= 1; i--) {
      p = Math.fma(p, f, EXP2[i]);
    }
    return p;
  }

  /** The integer stands in the low half of t's bits, as it needs fewer than 32. */
  private static double scale(double t, int exponent) {
    return powerOfTwo((int) Double.doubleToRawLongBits(t) - exponent);
  }

  private static double powerOfTwo(int n) {
    return Double.longBitsToDouble((Math.max(n, -1023) + 1023L) << 52);
  }
}
