// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowOrder;

/** The arithmetic of binary32. The coefficients are minimax, made with Sollya's fpminimax. */
class FloatArithmetic extends Arithmetic {
  static final FloatArithmetic INSTANCE = new FloatArithmetic();

  static final float LOG2E_HIGH = 0x1.715476p0f;
  static final float LOG2E_LOW = 0x1.4ae0cp-26f;
  static final float ROUND_TO_INTEGER = 0x1.8p23f;
  static final int BIAS = 127;
  static final int ROUND_TO_INTEGER_BITS = Float.floatToRawIntBits(ROUND_TO_INTEGER);
  static final float E1 = 0x1.62e43p-1f;
  static final float E2 = 0x1.ebfbd8p-3f;
  static final float E3 = 0x1.c6af78p-5f;
  static final float E4 = 0x1.3b30bp-7f;
  static final float E5 = 0x1.5f0a66p-10f;
  static final float E6 = 0x1.3f9064p-13f;
  static final float C2 = 0x1.ebfbep-3f;
  static final float C3 = 0x1.c6b08ep-5f;
  static final float C4 = 0x1.3b2a48p-7f;
  static final float C5 = 0x1.5d86f8p-10f;
  static final float C6 = 0x1.4424bp-13f;
  static final float C7 = 0x1.0112d4p-16f;
  static final float LN2_LOW = -0x1.05c61p-29f;
  static final float LN2_SHORT = 0x1.62e4p-1f;
  static final float LN2_REST = 0x1.7f7d1cp-20f;
  static final float TINY = 0x1p-25f;
  static final float A1 = 0x1.555556p-1f;
  static final float A2 = 0x1.999866p-2f;
  static final float A3 = 0x1.24d76ap-2f;
  static final float A4 = 0x1.bb31acp-3f;
  static final float A5 = 0x1.e11f94p-3f;
  static final float R0 = (float) RECIPROCAL_0;
  static final float R1 = (float) RECIPROCAL_1;
  static final float R2 = (float) RECIPROCAL_2;
  static final float R3 = (float) RECIPROCAL_3;

  FloatArithmetic() {
    super(
        new Constants(
            LOG2E_HIGH,
            LOG2E_LOW,
            ROUND_TO_INTEGER,
            BIAS,
            2,
            new Polynomial(E2, E3, E4, E5, E6),
            new Polynomial(C2, C3, C4, C5, C6, C7),
            new Logarithm.Constants(
                E1, LN2_LOW, LN2_SHORT, LN2_REST, TINY, new Polynomial(A1, A2, A3, A4, A5)),
            new Polynomial(
                -0x1.555554p-2,
                0x1.111096p-3,
                -0x1.b9fb24p-5,
                0x1.64360cp-6,
                -0x1.0fe93cp-7,
                0x1.29f4c8p-9)));
  }

  @Override
  double round(double x) {
    return (float) x;
  }

  @Override
  double fma(double a, double b, double c) {
    return Math.fma((float) a, (float) b, (float) c);
  }

  @Override
  void addProducts(double factor, double[] x, int count, double[] sums) {
    for (int j = 0; j < count; j++) {
      sums[j] = Math.fma((float) factor, (float) x[j], (float) sums[j]);
    }
  }

  @Override
  void addExponentials(
      double[] x, int count, double reference, double shift, int exponent, double[] lanes) {
    for (int j = 0; j < count; j++) {
      if (x[j] != reference) {
        float y = clampFloat((float) x[j] - (float) shift);
        float t = Math.fma(y, LOG2E_HIGH, ROUND_TO_INTEGER);
        int lane = j % RowOrder.LANES;
        lanes[lane] = Math.fma(significand(y, t), scale(t, exponent), (float) lanes[lane]);
      }
    }
  }

  @Override
  void push(double[] x, int count, RowPush push) {
    float shift = (float) push.shift();
    for (int j = 0; j < count; j++) {
      x[j] = x[j] == push.reference() ? push.atTies() : pushed((float) x[j] - shift, push);
    }
  }

  private static float pushed(float x, RowPush push) {
    float head = (float) push.factor().head();
    float y = clampFloat(x);
    float t = Math.fma(y, LOG2E_HIGH, ROUND_TO_INTEGER);
    float f = fraction(y, t);
    float slope = slope(f);
    float e = Math.fma(slope, f, 1);
    float tail = Math.fma(slope, f, 1 - e);
    float rest = Math.fma(head, tail, (float) push.factor().tail() * e);
    float product = push.isOrdinary() ? Math.fma(head, e, rest) : head * e;
    int n = Float.floatToRawIntBits(t) - ROUND_TO_INTEGER_BITS - push.exponent();
    int normal = Math.max(n, -126);
    return product * powerOfTwo(n - normal) * powerOfTwo(normal);
  }

  @Override
  void exponentials(
      double[] x, double[] tails, int count, double shift, DoubleWord factor, int exponent) {
    float factorHead = (float) factor.head();
    float factorTail = (float) factor.tail();
    for (int j = 0; j < count; j++) {
      float y = clampFloat((float) x[j] - (float) shift);
      float t = Math.fma(y, LOG2E_HIGH, ROUND_TO_INTEGER);
      float f = fraction(y, t);
      float slope = slope(f);
      float head = Math.fma(slope, f, 1);
      float tail = Math.fma(slope, f, 1 - head);
      int n = Float.floatToRawIntBits(t) - ROUND_TO_INTEGER_BITS - exponent;
      int normal = Math.max(n, -126);
      float power = powerOfTwo(n - normal);
      float least = powerOfTwo(normal);
      float product = head * factorHead;
      float rest = Math.fma(head, factorTail, tail * factorHead);
      x[j] = product * power * least;
      tails[j] = (Math.fma(head, factorHead, -product) + rest) * power * least;
    }
  }

  static float clampFloat(float x) {
    return x < (float) LEAST ? (float) LEAST : x;
  }

  /** 2^f, where t is the nearest integer to log2 e^x, plus ROUND_TO_INTEGER, and f what is left. */
  static float significand(float x, float t) {
    float f = fraction(x, t);
    return Math.fma(slope(f), f, 1);
  }

  private static float fraction(float x, float t) {
    float n = t - ROUND_TO_INTEGER;
    return Math.fma(x, LOG2E_LOW, Math.fma(x, LOG2E_HIGH, -n));
  }

  /** (2^f - 1) / f. */
  private static float slope(float f) {
    float p = Math.fma(E6, f, E5);
    p = Math.fma(p, f, E4);
    p = Math.fma(p, f, E3);
    p = Math.fma(p, f, E2);
    return Math.fma(p, f, E1);
  }

  private static float scale(float t, int exponent) {
    return powerOfTwo(Float.floatToRawIntBits(t) - ROUND_TO_INTEGER_BITS - exponent);
  }

  static float powerOfTwo(int n) {
    return Float.intBitsToFloat((Math.max(n, -127) + 127) << 23);
  }
}
