// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** What {@link FloatArithmetic} does with a number, for vectors of them. */
final class FloatVectors {
  /** The widest of this processor, but at most half of the lanes, since two BF16 lie in an int. */
  static final VectorSpecies<Float> FLOATS =
      2 * FloatVector.SPECIES_PREFERRED.length() <= RowOrder.LANES
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;

  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

  static final int WIDTH = FLOATS.length();

  private static final Class<? extends FloatVector> FLOAT_VECTOR =
      FLOATS.vectorType().asSubclass(FloatVector.class);

  private static final Class<? extends IntVector> INT_VECTOR =
      INTS.vectorType().asSubclass(IntVector.class);

  private static final VectorShuffle<Float> FROM_8 = from(8);
  private static final VectorShuffle<Float> FROM_4 = from(4);
  private static final VectorShuffle<Float> FROM_2 = from(2);
  private static final VectorShuffle<Float> FROM_1 = from(1);

  private static final FloatVector PLACES = FloatVector.zero(FLOATS).addIndex(1);

  private FloatVectors() {}

  /**
   * The same vector, of which C2 knows the class. That of a vector which a loop carries it knows
   * only from a profile, of which there is little where a loop is compiled early.
   */
  static FloatVector known(FloatVector x) {
    return FLOAT_VECTOR.cast(x);
  }

  /** The same of integers. */
  static IntVector known(IntVector n) {
    return INT_VECTOR.cast(n);
  }

  /** Whether the processor has vectors that make it worthwhile. */
  static boolean areFast() {
    return WIDTH >= 8;
  }

  static FloatVector of(float x) {
    return FloatVector.broadcast(FLOATS, x);
  }

  static FloatVector at(float[] block, int i) {
    return FloatVector.fromArray(FLOATS, block, i);
  }

  static IntVector at(int[] block, int i) {
    return IntVector.fromArray(INTS, block, i);
  }

  /** The first lanes; none if the count is negative, all if it is too large. */
  static VectorMask<Float> first(int count) {
    return PLACES.compare(VectorOperators.LT, (float) count);
  }

  /** The sum of all lanes, each half added to the one before it. */
  static float sum(FloatVector x) {
    FloatVector of8 = WIDTH > 8 ? x.add(x.rearrange(FROM_8)) : x;
    FloatVector of4 = WIDTH > 4 ? of8.add(of8.rearrange(FROM_4)) : of8;
    FloatVector of2 = of4.add(of4.rearrange(FROM_2));
    return of2.add(of2.rearrange(FROM_1)).lane(0);
  }

  /** Lanes from one on, and then those before it. */
  private static VectorShuffle<Float> from(int lane) {
    return VectorShuffle.iota(FLOATS, lane, 1, true);
  }

  /** The larger of two numbers that are no NaNs and not both 0. */
  static FloatVector larger(FloatVector a, FloatVector b) {
    return a.blend(b, b.compare(VectorOperators.GT, a));
  }

  /** A NaN stays. */
  static FloatVector clamped(FloatVector x) {
    FloatVector least = of((float) Arithmetic.LEAST);
    return x.blend(least, x.compare(VectorOperators.LT, least));
  }

  /** The integer nearest to log2 e^y, plus ROUND_TO_INTEGER. */
  static FloatVector rounded(FloatVector y) {
    return rounded(y, of(FloatArithmetic.ROUND_TO_INTEGER));
  }

  /**
   * The same plus another integer, which is given plus ROUND_TO_INTEGER. It has no part in the
   * rounding: LOG2E_HIGH is 12102203 2<sup>-23</sup>, so that below 2^22 no product with it lies
   * half-way between integers.
   */
  static FloatVector rounded(FloatVector y, FloatVector toInteger) {
    return y.fma(of(FloatArithmetic.LOG2E_HIGH), toInteger);
  }

  /** e^y without the power of two that t is the exponent of. */
  static FloatVector significand(FloatVector y, FloatVector t) {
    return significand(y, t, of(FloatArithmetic.ROUND_TO_INTEGER));
  }

  /** The same where t is plus another integer. */
  static FloatVector significand(FloatVector y, FloatVector t, FloatVector toInteger) {
    FloatVector f = fraction(y, t, toInteger);
    return slope(f).fma(f, of(1));
  }

  /** The same times a double word, rounded nearly once. */
  static FloatVector product(FloatVector y, FloatVector t, FloatVector head, FloatVector tail) {
    return product(y, t, of(FloatArithmetic.ROUND_TO_INTEGER), head, tail);
  }

  /** The same where t is plus another integer. */
  static FloatVector product(
      FloatVector y, FloatVector t, FloatVector toInteger, FloatVector head, FloatVector tail) {
    FloatVector f = fraction(y, t, toInteger);
    FloatVector slope = slope(f);
    FloatVector e = slope.fma(f, of(1));
    FloatVector tailOfE = slope.fma(f, of(1).sub(e));
    return head.fma(e, head.fma(tailOfE, tail.mul(e)));
  }

  /** What rounding left of log2 e^y. */
  static FloatVector fraction(FloatVector y, FloatVector t) {
    return fraction(y, t, of(FloatArithmetic.ROUND_TO_INTEGER));
  }

  /** The same where t is plus another integer. */
  static FloatVector fraction(FloatVector y, FloatVector t, FloatVector toInteger) {
    FloatVector minusN = toInteger.sub(t);
    return y.fma(of(FloatArithmetic.LOG2E_LOW), y.fma(of(FloatArithmetic.LOG2E_HIGH), minusN));
  }

  /** (2^f - 1) / f. */
  static FloatVector slope(FloatVector f) {
    FloatVector p = f.fma(of(FloatArithmetic.E6), of(FloatArithmetic.E5));
    p = p.fma(f, of(FloatArithmetic.E4));
    p = p.fma(f, of(FloatArithmetic.E3));
    p = p.fma(f, of(FloatArithmetic.E2));
    return p.fma(f, of(FloatArithmetic.E1));
  }

  /** x 2^n, where the second power underflows. */
  static FloatVector scaledDown(FloatVector x, IntVector n) {
    IntVector normal = n.max(1 - FloatArithmetic.BIAS);
    return x.mul(power(n.sub(normal).add(FloatArithmetic.BIAS)))
        .mul(power(normal.add(FloatArithmetic.BIAS)));
  }

  /** 2^(n - BIAS), 0 where there is no normal number for it. */
  static FloatVector power(IntVector n) {
    return n.max(0).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  /** x 2^n for a normal x and a normal result, where n is in the low bits of t. */
  static FloatVector timesPowerOf2(FloatVector x, FloatVector t) {
    IntVector toExponent = t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return x.reinterpretAsInts().add(toExponent).reinterpretAsFloats();
  }

  /** The power of two that makes a normal x &gt; 0 up to 1 one of [1, 2). */
  static FloatVector powerThatSplits(FloatVector x) {
    IntVector exponent = x.reinterpretAsInts().lanewise(VectorOperators.LSHR, 23);
    return power(exponent.neg().add(2 * FloatArithmetic.BIAS));
  }

  /** m 2^n for m in [1/2, 2] and |n| &le; 2 BIAS, rounded once though it underflow. */
  static FloatVector scaled(FloatVector m, IntVector n) {
    IntVector halfWay = n.lanewise(VectorOperators.ASHR, 1);
    return m.mul(power(halfWay.add(FloatArithmetic.BIAS)))
        .mul(power(n.sub(halfWay).add(FloatArithmetic.BIAS)));
  }

  /** A float for each integer below 2^22. */
  static FloatVector toFloat(IntVector n) {
    return n.add(FloatArithmetic.ROUND_TO_INTEGER_BITS)
        .reinterpretAsFloats()
        .sub(FloatArithmetic.ROUND_TO_INTEGER);
  }

  /** An integer for each that is a float below 2^22. */
  static IntVector toInt(FloatVector n) {
    return n.add(FloatArithmetic.ROUND_TO_INTEGER)
        .reinterpretAsInts()
        .sub(FloatArithmetic.ROUND_TO_INTEGER_BITS);
  }

  /** The bits of a float rounded to BF16, in the upper half of the bits. */
  static IntVector roundedToHalf(IntVector bits) {
    VectorMask<Integer> nan = bits.and(Integer.MAX_VALUE).compare(VectorOperators.GT, 0x7f800000);
    return numberRoundedToHalf(bits).blend(bits.or(0x400000), nan);
  }

  /** The same of a float that is no NaN. */
  static IntVector numberRoundedToHalf(IntVector bits) {
    IntVector odd = bits.lanewise(VectorOperators.LSHR, Short.SIZE).and(1);
    return bits.add(odd).add(0x7fff);
  }
}
