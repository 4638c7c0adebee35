// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.host.RowOrder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * With the Vector API, in one pass: the terms are scaled by an exponent that is guessed from the
 * segment before. Powers of two are exact, so the sum may be rescaled to the segment's own exponent
 * unless a term underflows beside one of the two, or the sum might overflow; then a second pass has
 * the right exponent.
 *
 * <p>Contiguous F32 and BF16 are read where they lie, all others are made F32 first. Every other
 * BF16 is the upper half of an int at its place, and those between of an int two bytes before: an
 * element of either type is an int with its bits masked.
 */
final class FloatVectorSum extends SegmentSum {
  private static final int LANES = RowOrder.LANES;

  /** A part is a vector's lanes. */
  private static final int PARTS = LANES / FloatVectors.WIDTH;

  private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** The guess is so far below the last exponent, as the next one must not lie below the guess. */
  private static final int BELOW = 30;

  /** The most that it may lie above the guess. */
  private static final int ABOVE = 60;

  private final RowView view;
  private final FloatArithmetic arithmetic;
  private final @Nullable FloatSegment copy;
  private final boolean halves;
  private final int mask;

  /** Where the segment's elements lie. */
  private MemorySegment memory;

  private long offset;
  private int count;

  /** The sum of each lane. */
  private final float[] sums = new float[LANES];

  private final float[] sumsOfPart = new float[FloatVectors.WIDTH];

  /**
   * What is found beside: the least exponent of a term, as it stands in the bits of a float;
   * unsigned.
   */
  private int leastExponent;

  /** The least difference of bits to the reference; unsigned, 0 if an element equals it. */
  private int leastDifference;

  FloatVectorSum(RowView view, FloatArithmetic arithmetic) {
    this.view = view;
    this.arithmetic = arithmetic;
    copy = view.isContiguous(DType.F32, DType.BF16) ? null : new FloatSegment();
    halves = copy == null && view.dtype() == DType.BF16;
    mask = halves ? 0xffff0000 : -1;
    memory = view.memory();
  }

  @Override
  void compute(long row, int from, double reference, double shift, boolean tied) {
    locate(row, from);
    int guess = exponent - BELOW;
    // Among the few significands of BF16 some are likely equal.
    if (tied || halves || reference == 0 || shift != 0 || !addAll((float) reference, guess)) {
      addOthers((float) reference, (float) shift, guess);
    }
    exponent = arithmetic.exponentOf(arithmetic.round(largest - shift));
    long above = (long) exponent - guess;
    if (above < 0 || above > ABOVE || underflows((int) above)) {
      addOthers((float) reference, (float) shift, exponent);
      above = 0;
    }
    significand = sumOfLanes() * FloatArithmetic.powerOfTwo((int) -above);
  }

  private void locate(long row, int from) {
    if (copy != null) {
      count = copy.read(view, row, from);
      memory = copy.memory();
      offset = 0;
    } else {
      count = view.count(from);
      memory = view.memory();
      offset = view.offset(row, from);
    }
  }

  /** Returns whether it may be used: no element equals the reference. */
  private boolean addAll(float reference, int scale) {
    int whole = start();
    for (int part = 0; part < PARTS; part++) {
      add(memory, offset + firstByte(part), whole / LANES, mask, reference, bits(scale));
      keep(part);
    }
    addRest(whole, reference, 0, scale);
    return leastDifference != 0 && ties == 0;
  }

  private void addOthers(float reference, float shift, int scale) {
    int whole = start();
    if (whole == 0) {
      Arrays.fill(sums, 0);
    }
    for (int part = 0; part < PARTS && whole > 0; part++) {
      addOthers(
          memory, offset + firstByte(part), whole / LANES, mask, reference, shift, bits(scale));
      keep(part);
    }
    addRest(whole, reference, shift, scale);
  }

  /** Begins anew and returns how many of a segment's elements make whole rounds of the lanes. */
  private int start() {
    largest = Float.NEGATIVE_INFINITY;
    leastExponent = -1;
    leastDifference = -1;
    ties = 0;
    // Nothing lies before the first bytes of all.
    return halves && offset == 0 ? 0 : count / LANES * LANES;
  }

  /** Sums the lanes of a part, as if no element equalled the reference. */
  private void add(
      MemorySegment memory, long offset, int rounds, int mask, float reference, int bits) {
    int referenceBits = Float.floatToRawIntBits(reference);
    FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
    FloatVector top = FloatVectors.of(Float.NEGATIVE_INFINITY);
    IntVector least = IntVector.broadcast(FloatVectors.INTS, -1);
    IntVector nearest = IntVector.broadcast(FloatVectors.INTS, -1);
    for (int round = 0; round < rounds; round++) {
      IntVector loaded = load(memory, offset + round * bytesOfRound(), mask);
      IntVector unlike = loaded.lanewise(VectorOperators.XOR, referenceBits);
      nearest = nearest.lanewise(VectorOperators.UMIN, unlike);
      FloatVector x = loaded.reinterpretAsFloats();
      top = top.blend(x, x.compare(VectorOperators.GT, top));
      FloatVector y = FloatVectors.clamped(x);
      FloatVector t = FloatVectors.rounded(y);
      IntVector n = t.reinterpretAsInts().sub(bits);
      least = least.lanewise(VectorOperators.UMIN, n);
      sum = FloatVectors.significand(y, t).fma(FloatVectors.power(n), sum);
    }
    sum.intoArray(sumsOfPart, 0);
    found(top, least);
    leastDifference = least(leastDifference, nearest);
  }

  /** Sums the lanes of a part without the elements that equal the reference. */
  private void addOthers(
      MemorySegment memory,
      long offset,
      int rounds,
      int mask,
      float reference,
      float shift,
      int bits) {
    FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
    FloatVector top = FloatVectors.of(Float.NEGATIVE_INFINITY);
    IntVector least = IntVector.broadcast(FloatVectors.INTS, -1);
    IntVector tied = IntVector.zero(FloatVectors.INTS);
    for (int round = 0; round < rounds; round++) {
      FloatVector x = load(memory, offset + round * bytesOfRound(), mask).reinterpretAsFloats();
      VectorMask<Float> tie = x.compare(VectorOperators.EQ, reference);
      tied = tied.blend(tied.add(1), tie.cast(FloatVectors.INTS));
      FloatVector other = x.blend(Float.NEGATIVE_INFINITY, tie);
      top = top.blend(other, other.compare(VectorOperators.GT, top));
      FloatVector y = FloatVectors.clamped(other.sub(shift));
      FloatVector t = FloatVectors.rounded(y);
      IntVector n = t.reinterpretAsInts().sub(bits);
      least = least.lanewise(VectorOperators.UMIN, n);
      sum = FloatVectors.significand(y, t).fma(FloatVectors.power(n), sum);
    }
    sum.intoArray(sumsOfPart, 0);
    found(top, least);
    ties += tied.reduceLanes(VectorOperators.ADD);
  }

  /** C2 makes better loops where it sees that this is one of two constants. */
  private long bytesOfRound() {
    return halves ? LANES * Short.BYTES : LANES * Float.BYTES;
  }

  private static IntVector load(MemorySegment memory, long offset, int mask) {
    return IntVector.fromMemorySegment(FloatVectors.INTS, memory, offset, ByteOrder.LITTLE_ENDIAN)
        .and(mask);
  }

  private void found(FloatVector top, IntVector least) {
    largest = Math.max(largest, top.reduceLanes(VectorOperators.MAX));
    leastExponent = least(leastExponent, least);
  }

  private static int least(int unsigned, IntVector vector) {
    // UMIN of lanes is slow in JDK 25, MIN is not.
    int least =
        vector.lanewise(VectorOperators.XOR, Integer.MIN_VALUE).reduceLanes(VectorOperators.MIN)
            ^ Integer.MIN_VALUE;
    return Integer.compareUnsigned(least, unsigned) < 0 ? least : unsigned;
  }

  /** Where a part's first vector lies in a round. */
  private int firstByte(int part) {
    return halves
        ? part / 2 * FloatVectors.WIDTH * Integer.BYTES - (part % 2 == 0 ? Short.BYTES : 0)
        : part * FloatVectors.WIDTH * Integer.BYTES;
  }

  /** Puts a part's sums into their lanes. */
  private void keep(int part) {
    int step = halves ? 2 : 1;
    int lane = halves ? (part & ~1) * FloatVectors.WIDTH + part % 2 : part * FloatVectors.WIDTH;
    for (float sum : sumsOfPart) {
      sums[lane] = sum;
      lane += step;
    }
  }

  /** What is subtracted from the bits of t, so that the exponent stands as in a float's bits. */
  private static int bits(int scale) {
    return FloatArithmetic.ROUND_TO_INTEGER_BITS + scale - FloatArithmetic.BIAS;
  }

  /** The elements beyond the whole rounds of the lanes. */
  private void addRest(int whole, float reference, float shift, int scale) {
    int bytes = halves ? Short.BYTES : Float.BYTES;
    for (int j = whole; j < count; j++) {
      float x = element(offset + (long) j * bytes);
      if (x == reference) {
        ties++;
      } else {
        addElement(x, j % LANES, shift, scale);
      }
    }
  }

  private float element(long at) {
    return halves ? Float.intBitsToFloat(memory.get(I16, at) << Short.SIZE) : memory.get(F32, at);
  }

  private void addElement(float x, int lane, float shift, int scale) {
    largest = x > largest ? x : largest;
    float y = FloatArithmetic.clampFloat(x - shift);
    float t = Math.fma(y, FloatArithmetic.LOG2E_HIGH, FloatArithmetic.ROUND_TO_INTEGER);
    int n = Float.floatToRawIntBits(t) - bits(scale);
    leastExponent = Integer.compareUnsigned(n, leastExponent) < 0 ? n : leastExponent;
    float power = Float.intBitsToFloat(Math.max(n, 0) << 23);
    sums[lane] = Math.fma(FloatArithmetic.significand(y, t), power, sums[lane]);
  }

  /**
   * Whether a term is no normal number beside one of the exponents though not 0 beside both: those
   * are negative, which is large without a sign.
   */
  private boolean underflows(int above) {
    return Integer.compareUnsigned(leastExponent, above + 2) < 0;
  }

  /** In the order of {@link RowOrder}; the lanes are used up. */
  private float sumOfLanes() {
    for (int width = LANES / 2; width >= 1; width /= 2) {
      for (int lane = 0; lane < width; lane++) {
        sums[lane] += sums[lane + width];
      }
    }
    return sums[0];
  }
}
