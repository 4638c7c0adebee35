// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static io.github.loss4j.tornado.Arithmetic.isFinite;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The elements of one row, seen from one of them and summed in the order of {@link
 * io.github.loss4j.host.RowOrder}.
 *
 * @param reference what they are seen from
 * @param shift what is taken from each before its power
 * @param s the sum of e^(x - shift) 2^-exponent over those that differ from the reference
 * @param exponent not above that of the largest of these
 * @param largestOther the largest of these; -inf if there is none
 * @param ties how many do not differ
 */
@SuppressWarnings("ShortCircuitBoolean") // as Arithmetic says
record RowSum(float reference, float shift, float s, int exponent, float largestOther, float ties) {
  /** Beyond this a logit's exponent would not be exact, and the row is shifted first. */
  private static final float SHIFT_BEYOND = 0x1p20f;

  /** The largest element of those that differ from the reference; -inf if there is none. */
  static float largestOther(FloatArray input, int start, int stride, int classes, float reference) {
    float[] top = new float[Lanes.COUNT];
    for (int lane = 0; lane < Lanes.COUNT; lane++) {
      top[lane] = Float.NEGATIVE_INFINITY;
    }
    int blocks = classes / Lanes.COUNT;
    for (int block = 0; block < blocks; block++) {
      for (int lane = 0; lane < Lanes.COUNT; lane++) {
        float x = input.get(start + (block * Lanes.COUNT + lane) * stride);
        top[lane] = x != reference & x > top[lane] ? x : top[lane];
      }
    }
    for (int lane = 0; lane < classes - blocks * Lanes.COUNT; lane++) {
      float x = input.get(start + (blocks * Lanes.COUNT + lane) * stride);
      top[lane] = x != reference & x > top[lane] ? x : top[lane];
    }
    float largest = Float.NEGATIVE_INFINITY;
    for (int lane = 0; lane < Lanes.COUNT; lane++) {
      largest = top[lane] > largest ? top[lane] : largest;
    }
    return largest;
  }

  /** The sums of a row seen from one of its elements. */
  static RowSum from(
      FloatArray powers, FloatArray input, int start, int stride, int classes, float reference) {
    float largestOther = largestOther(input, start, stride, classes, reference);
    float shift = shiftFor(largestOther);
    return of(powers, input, start, stride, classes, reference, shift, largestOther);
  }

  /** The sums of a row seen from the largest of its elements. */
  static RowSum fromLargest(
      FloatArray powers, FloatArray input, int start, int stride, int classes, float nan) {
    float largest = largestOther(input, start, stride, classes, nan);
    float largestOther = largestOther(input, start, stride, classes, largest);
    float shift = shiftFor(largest);
    return of(powers, input, start, stride, classes, largest, shift, largestOther);
  }

  /** The sums of a row whose largest element is known. */
  private static RowSum of(
      FloatArray powers,
      FloatArray input,
      int start,
      int stride,
      int classes,
      float reference,
      float shift,
      float largestOther) {
    int exponent = Exponential.exponentOf(largestOther - shift);
    // An infinite power has no integer exponent; the row has no softmax, whatever its sum.
    int summed = largestOther == Float.POSITIVE_INFINITY ? 0 : classes;
    float[] s = new float[Lanes.COUNT];
    float sum = 0f;
    int ties = 0;
    for (int from = 0; from < summed; from += Lanes.SEGMENT) {
      Lanes.clear(s);
      int length = TornadoMath.min(Lanes.SEGMENT, summed - from);
      int blocks = length / Lanes.COUNT;
      for (int block = 0; block < blocks; block++) {
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
          float x = input.get(start + (from + block * Lanes.COUNT + lane) * stride);
          ties += x == reference ? 1 : 0;
          s[lane] = added(s[lane], powers, x, reference, shift, exponent);
        }
      }
      for (int lane = 0; lane < length - blocks * Lanes.COUNT; lane++) {
        float x = input.get(start + (from + blocks * Lanes.COUNT + lane) * stride);
        ties += x == reference ? 1 : 0;
        s[lane] = added(s[lane], powers, x, reference, shift, exponent);
      }
      sum += Lanes.sum(s);
    }
    return new RowSum(reference, shift, sum, exponent, largestOther, (float) ties);
  }

  /** The sum with one more element, which adds nothing if it equals the reference. */
  static float added(
      float s, FloatArray powers, float x, float reference, float shift, int exponent) {
    float other = x == reference ? Float.NEGATIVE_INFINITY : x;
    return Exponential.addTo(s, powers, Exponential.clamped(other - shift), exponent);
  }

  /** What a row with this largest element is shifted by. */
  static float shiftFor(float largest) {
    return isFinite(largest) & TornadoMath.abs(largest) > SHIFT_BEYOND ? largest : 0f;
  }

  /** Whether no element differs from the reference. */
  boolean isAlone() {
    return largestOther == Float.NEGATIVE_INFINITY;
  }

  /** Whether the row has a softmax: no NaN, no +inf, and not only -inf. */
  boolean isDefined() {
    return reference < Float.POSITIVE_INFINITY
        & !Float.isNaN(s)
        & largestOther != Float.POSITIVE_INFINITY
        & !(isAlone() & reference == Float.NEGATIVE_INFINITY);
  }

  /** The sum. */
  Binary others(FloatArray powers) {
    return Binary.of(powers, s).scaled(exponent);
  }

  /**
   * e^(reference - shift). Beyond 2^21 on either side, which it cannot have, nothing is left of the
   * smaller of the sums.
   */
  ScaledWord exponentialOfReference() {
    float y = reference - shift;
    return Exponential.closeWord(Exponential.clamped(y < 0x1p21f ? y : 0x1p21f));
  }

  /** How many floats one takes in an array. */
  static final int FLOATS = 6;

  static RowSum load(FloatArray sums, int row) {
    int at = row * FLOATS;
    return new RowSum(
        sums.get(at),
        sums.get(at + 1),
        sums.get(at + 2),
        (int) sums.get(at + 3),
        sums.get(at + 4),
        sums.get(at + 5));
  }

  /** The reference of one in an array. */
  static float reference(FloatArray sums, int row) {
    return sums.get(row * FLOATS);
  }

  static void setReference(FloatArray sums, int row, float reference) {
    sums.set(row * FLOATS, reference);
  }

  /** The same row, summed. */
  RowSum with(float newS, float newTies) {
    return new RowSum(reference, shift, newS, exponent, largestOther, newTies);
  }

  void store(FloatArray sums, int row) {
    int at = row * FLOATS;
    sums.set(at, reference);
    sums.set(at + 1, shift);
    sums.set(at + 2, s);
    sums.set(at + 3, (float) exponent);
    sums.set(at + 4, largestOther);
    sums.set(at + 5, ties);
  }
}
