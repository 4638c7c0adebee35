// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import java.math.BigDecimal;
import java.math.MathContext;

/** Elementary functions to 50 digits, from their series. */
final class Exact {
  private static final MathContext DIGITS = new MathContext(60);
  private static final BigDecimal TWO = BigDecimal.TWO;
  private static final int HALVINGS = 20;

  static final BigDecimal LN2 = log1p(BigDecimal.ONE);

  private Exact() {}

  /** e^x: the Taylor series of a small x, squared up to the whole. */
  static BigDecimal exp(BigDecimal x) {
    BigDecimal small = x.divide(TWO.pow(HALVINGS), DIGITS);
    BigDecimal sum = BigDecimal.ONE;
    BigDecimal term = BigDecimal.ONE;
    for (int n = 1; n <= 20; n++) {
      term = term.multiply(small, DIGITS).divide(BigDecimal.valueOf(n), DIGITS);
      sum = sum.add(term, DIGITS);
    }
    for (int i = 0; i < HALVINGS; i++) {
      sum = sum.multiply(sum, DIGITS);
    }
    return sum;
  }

  /** log(1 + u) for -1/2 &le; u &le; 1: the series of 2 atanh(t), t = u / (2 + u), |t| &le; 1/3. */
  static BigDecimal log1p(BigDecimal u) {
    BigDecimal t = u.divide(u.add(TWO), DIGITS);
    BigDecimal square = t.multiply(t, DIGITS);
    BigDecimal power = t;
    BigDecimal sum = t;
    for (int n = 3; n <= 109; n += 2) {
      power = power.multiply(square, DIGITS);
      sum = sum.add(power.divide(BigDecimal.valueOf(n), DIGITS), DIGITS);
    }
    return sum.multiply(TWO);
  }

  /** log x for x &gt; 0. */
  static BigDecimal log(BigDecimal x) {
    int exponent = Math.getExponent(x.doubleValue());
    BigDecimal power = TWO.pow(Math.abs(exponent));
    BigDecimal significand = exponent < 0 ? x.multiply(power) : x.divide(power, DIGITS);
    BigDecimal whole = LN2.multiply(BigDecimal.valueOf(exponent));
    return whole.add(log1p(significand.subtract(BigDecimal.ONE)));
  }

  /** a^b for a &gt; 0. */
  static BigDecimal pow(BigDecimal a, BigDecimal b) {
    return exp(log(a).multiply(b));
  }

  /** tanh y, to fewer digits where |y| is small. */
  static BigDecimal tanh(BigDecimal y) {
    BigDecimal u = exp(y.abs().multiply(TWO).negate());
    BigDecimal tanh = BigDecimal.ONE.subtract(u).divide(BigDecimal.ONE.add(u), DIGITS);
    return y.signum() < 0 ? tanh.negate() : tanh;
  }

  /** 1 - tanh&sup2; y. */
  static BigDecimal tanhDerivative(BigDecimal y) {
    BigDecimal u = exp(y.abs().multiply(TWO).negate());
    BigDecimal root = BigDecimal.ONE.add(u);
    return u.multiply(TWO).multiply(TWO).divide(root.multiply(root), DIGITS);
  }

  static BigDecimal quotient(BigDecimal a, BigDecimal b) {
    return a.divide(b, DIGITS);
  }

  static BigDecimal reciprocal(BigDecimal x) {
    return quotient(BigDecimal.ONE, x);
  }
}
