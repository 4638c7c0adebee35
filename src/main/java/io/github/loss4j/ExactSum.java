// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A sum of doubles without rounding: a fixed-point number wide enough for every finite double, with
 * counts of NaN and of the infinities. Adding and merging are exact, so the sum does not depend on
 * the order of its terms; {@link #value()} rounds once. Not safe for use by several threads.
 *
 * <p>Limb i counts units of 2<sup>32 i - 1074</sup>. A limb is a long, so that it takes many terms
 * before its carry has to move on.
 *
 * @see <a href="https://doi.org/10.1137/1012009">M. A. Malcolm, On accurate floating-point
 *     summation, 1971</a>
 */
public final class ExactSum {
  private static final int LIMB_BITS = 32;
  private static final long LIMB_MASK = (1L << LIMB_BITS) - 1;

  /** Enough for 2^63 terms of the largest double: 1074 + 1024 + 63 bits. */
  private static final int LIMBS = 68;

  /** Each term adds less than 2^32 to a limb, and a long has room for 2^31 of them. */
  private static final int TERMS_BETWEEN_CARRIES = 1 << 30;

  private static final int MANTISSA_BITS = 53;
  private static final int LEAST_EXPONENT = -1074;

  private static final ValueLayout.OfInt F32_BITS = ValueLayout.JAVA_INT_UNALIGNED;
  private static final int FLOAT_FRACTION_BITS = 23;
  private static final int FLOAT_EXPONENT_BITS = 8;

  /** The place of a float's last bit, less its exponent: floats are multiples of 2^-149. */
  private static final int FLOAT_POSITION = -150 - LEAST_EXPONENT;

  /** So few terms are added sooner one by one. */
  private static final int WORTH_BINS = 1 << 9;

  /** The bits of the first byte of {@link #toBytes()}. */
  private static final int NEGATIVE = 1;

  private static final int NON_FINITE = 2;

  private static final int HEADER_BYTES = 3;

  private final long[] limbs = new long[LIMBS];
  private int termsSinceCarry;
  private long nans;
  private long positiveInfinities;
  private long negativeInfinities;

  /** A sum of no terms. */
  public ExactSum() {}

  /**
   * Adds a term.
   *
   * @param term any double
   */
  public void add(double term) {
    add(term, 1);
  }

  /**
   * Adds a term several times.
   *
   * @param term any double
   * @param count how many times
   * @throws InvalidInputException if the count is negative
   */
  public void add(double term, long count) {
    if (count < 0) {
      throw new InvalidInputException("a term cannot be added %d times".formatted(count));
    }
    if (count == 0) {
      return;
    }
    if (!Double.isFinite(term)) {
      countNonFinite(term, count);
      return;
    }
    long bits = Double.doubleToRawLongBits(term);
    int exponent = (int) (bits >>> (MANTISSA_BITS - 1)) & 0x7ff;
    long fraction = bits & ((1L << (MANTISSA_BITS - 1)) - 1);
    long mantissa = exponent == 0 ? fraction : fraction | 1L << (MANTISSA_BITS - 1);
    int position = Math.max(exponent, 1) - 1;
    for (long rest = count; rest != 0; rest &= rest - 1) {
      addAt(position + Long.numberOfTrailingZeros(rest), mantissa, bits < 0);
    }
  }

  /**
   * Adds an integer times the unit of a limb, 2<sup>32 limb - 1074</sup>.
   *
   * @param limb from 0 to 66
   * @param units any number of units
   * @throws InvalidInputException if there is no such limb
   */
  public void addUnits(int limb, long units) {
    if (limb < 0 || limb > LIMBS - 2) {
      throw new InvalidInputException(
          "units can be added to limbs 0 to %d of an exact sum, not to %d"
              .formatted(LIMBS - 2, limb));
    }
    carryIfFull();
    limbs[limb] += units & LIMB_MASK;
    limbs[limb + 1] += units >> LIMB_BITS;
  }

  /**
   * Adds all elements of a tensor.
   *
   * @param terms floating
   */
  public void add(Tensor terms) {
    if (terms.dtype() == DType.F32 && terms.size() >= WORTH_BINS) {
      addFloats(terms.memory(), terms.size());
      return;
    }
    for (long i = 0; i < terms.size(); i++) {
      add(terms.getDouble(i));
    }
  }

  /** Adds the significands of equal exponents first: a long has room for 2^39 of them. */
  private void addFloats(MemorySegment terms, long count) {
    long[] significands = new long[1 << FLOAT_EXPONENT_BITS];
    int infinite = significands.length - 1;
    for (long i = 0; i < count; i++) {
      int bits = terms.get(F32_BITS, i * Float.BYTES);
      int exponent = (bits >>> FLOAT_FRACTION_BITS) & infinite;
      int fraction = bits & ((1 << FLOAT_FRACTION_BITS) - 1);
      if (exponent == infinite) {
        countNonFinite(Float.intBitsToFloat(bits), 1);
      } else {
        int significand = exponent == 0 ? fraction : fraction | 1 << FLOAT_FRACTION_BITS;
        significands[exponent] += bits < 0 ? -significand : significand;
      }
    }
    for (int exponent = 0; exponent < infinite; exponent++) {
      long significand = significands[exponent];
      int position = Math.max(exponent, 1) + FLOAT_POSITION;
      addHalves(position, Math.abs(significand), significand < 0);
    }
  }

  /**
   * Adds all terms of another sum, which does not change.
   *
   * @param other any sum
   */
  public void merge(ExactSum other) {
    carry();
    other.carry();
    for (int i = 0; i < LIMBS; i++) {
      limbs[i] += other.limbs[i];
    }
    termsSinceCarry = 1;
    nans += other.nans;
    positiveInfinities += other.positiveInfinities;
    negativeInfinities += other.negativeInfinities;
  }

  /**
   * The sum.
   *
   * @return rounded to nearest, ties to even; as IEEE 754 has it, NaN if a term was NaN or both
   *     infinities were among the terms
   */
  public double value() {
    if (nans > 0 || (positiveInfinities > 0 && negativeInfinities > 0)) {
      return Double.NaN;
    }
    if (positiveInfinities > 0) {
      return Double.POSITIVE_INFINITY;
    }
    if (negativeInfinities > 0) {
      return Double.NEGATIVE_INFINITY;
    }
    carry();
    if (limbs[LIMBS - 1] >= 0) {
      return roundedUnits();
    }
    negate();
    double magnitude = roundedUnits();
    negate();
    return -magnitude;
  }

  /**
   * Whether the sum is a number.
   *
   * @return false if a term was NaN or infinite
   */
  public boolean isFinite() {
    return nans == 0 && positiveInfinities == 0 && negativeInfinities == 0;
  }

  /**
   * The sum without rounding.
   *
   * @return all its digits
   * @throws ArithmeticException if a term was NaN or infinite
   */
  public BigDecimal toBigDecimal() {
    if (!isFinite()) {
      throw new ArithmeticException("the sum is " + value() + ", which BigDecimal does not have");
    }
    carry();
    BigInteger units = BigInteger.valueOf(limbs[LIMBS - 1]);
    for (int i = LIMBS - 2; i >= 0; i--) {
      units = units.shiftLeft(LIMB_BITS).or(BigInteger.valueOf(limbs[i]));
    }
    if (units.signum() == 0) {
      return BigDecimal.ZERO;
    }
    // No more digits than it has: units / 2^places = units * 5^places / 10^places.
    int zeros = Math.min(units.getLowestSetBit(), -LEAST_EXPONENT);
    int places = -LEAST_EXPONENT - zeros;
    BigInteger power = BigInteger.valueOf(5).pow(places);
    return new BigDecimal(units.shiftRight(zeros).multiply(power), places);
  }

  /**
   * The sum as bytes: equal sums give equal bytes, whatever the order of their terms.
   *
   * <p>A byte of flags (1: negative; 2: counts of NaN, +inf and -inf follow, a long each), the
   * index of the lowest limb that is not 0 and the number of limbs, a byte each; then the counts,
   * then the limbs of the magnitude from there on, four bytes each, the high limbs of 0 left out.
   * All big-endian.
   *
   * @return from 3 bytes up
   */
  public byte[] toBytes() {
    carry();
    boolean negative = limbs[LIMBS - 1] < 0;
    if (negative) {
      negate();
    }
    int end = LIMBS;
    while (end > 0 && limbs[end - 1] == 0) {
      end--;
    }
    int from = 0;
    while (from < end && limbs[from] == 0) {
      from++;
    }
    boolean counts = !isFinite();
    ByteBuffer bytes =
        ByteBuffer.allocate(
            HEADER_BYTES + (counts ? 3 * Long.BYTES : 0) + (end - from) * Integer.BYTES);
    bytes.put((byte) ((negative ? NEGATIVE : 0) | (counts ? NON_FINITE : 0)));
    bytes.put((byte) from).put((byte) (end - from));
    if (counts) {
      bytes.putLong(nans).putLong(positiveInfinities).putLong(negativeInfinities);
    }
    for (int i = from; i < end; i++) {
      bytes.putInt((int) limbs[i]);
    }
    if (negative) {
      negate();
    }
    return bytes.array();
  }

  /**
   * A sum from its bytes.
   *
   * @param bytes as {@link #toBytes()} gives them
   * @return the sum
   * @throws InvalidInputException if they are none that {@link #toBytes()} gives
   */
  public static ExactSum ofBytes(byte[] bytes) {
    ExactSum sum = new ExactSum();
    try {
      sum.read(ByteBuffer.wrap(bytes));
    } catch (BufferUnderflowException e) {
      throw new InvalidInputException(
          "an exact sum ends after %d bytes, before its last limb".formatted(bytes.length));
    }
    if (!Arrays.equals(bytes, sum.toBytes())) {
      throw new InvalidInputException(
          "%d bytes are not those of an exact sum".formatted(bytes.length));
    }
    return sum;
  }

  private void read(ByteBuffer bytes) {
    int flags = bytes.get();
    int from = bytes.get();
    int count = bytes.get();
    if (from < 0 || count < 0 || from + count > LIMBS) {
      throw new InvalidInputException(
          "an exact sum has %d limbs; one names %d from %d on".formatted(LIMBS, count, from));
    }
    if ((flags & NON_FINITE) != 0) {
      nans = bytes.getLong();
      positiveInfinities = bytes.getLong();
      negativeInfinities = bytes.getLong();
      if (nans < 0 || positiveInfinities < 0 || negativeInfinities < 0) {
        throw new InvalidInputException("an exact sum has a negative count of NaN or infinities");
      }
    }
    for (int i = from; i < from + count; i++) {
      limbs[i] = Integer.toUnsignedLong(bytes.getInt());
    }
    if ((flags & NEGATIVE) != 0) {
      negate();
    }
  }

  /**
   * Adds the squares of all elements of a tensor: those of floats exactly, those of doubles with
   * twice their digits, as far as doubles reach.
   *
   * @param terms floating
   */
  public void addSquares(Tensor terms) {
    if (terms.dtype() == DType.F32 && terms.size() >= WORTH_BINS) {
      addSquaresOfFloats(terms.memory(), terms.size());
      return;
    }
    for (long i = 0; i < terms.size(); i++) {
      addSquare(terms.getDouble(i));
    }
  }

  /**
   * Adds the square of a term, not rounded, as far as doubles go: what is below the least of them
   * is lost, and a square beyond the largest is infinite.
   *
   * @param term any double
   */
  public void addSquare(double term) {
    double square = term * term;
    add(square);
    // What rounding took from it: nothing for a float. Beyond the range there is no rest.
    if (Double.isFinite(square)) {
      add(Math.fma(term, term, -square));
    }
  }

  /** Squares of significands have 48 bits: their halves are added apart. */
  private void addSquaresOfFloats(MemorySegment terms, long count) {
    long[] low = new long[1 << FLOAT_EXPONENT_BITS];
    long[] high = new long[1 << FLOAT_EXPONENT_BITS];
    int infinite = low.length - 1;
    for (long i = 0; i < count; i++) {
      int bits = terms.get(F32_BITS, i * Float.BYTES);
      int exponent = (bits >>> FLOAT_FRACTION_BITS) & infinite;
      long fraction = bits & ((1 << FLOAT_FRACTION_BITS) - 1);
      if (exponent == infinite) {
        countNonFinite(Math.abs(Float.intBitsToFloat(bits)), 1);
      } else {
        long significand = exponent == 0 ? fraction : fraction | 1 << FLOAT_FRACTION_BITS;
        low[exponent] += (significand * significand) & LIMB_MASK;
        high[exponent] += (significand * significand) >>> LIMB_BITS;
      }
    }
    for (int exponent = 0; exponent < infinite; exponent++) {
      int position = 2 * (Math.max(exponent, 1) + FLOAT_POSITION) + LEAST_EXPONENT;
      addHalves(position, low[exponent], false);
      addHalves(position + LIMB_BITS, high[exponent], false);
    }
  }

  /** A significand of 64 bits is more than a limb's addition takes. */
  private void addHalves(int position, long significand, boolean negative) {
    if (significand != 0) {
      addAt(position, significand & LIMB_MASK, negative);
      addAt(position + LIMB_BITS, significand >>> LIMB_BITS, negative);
    }
  }

  private void countNonFinite(double term, long count) {
    if (Double.isNaN(term)) {
      nans += count;
    } else if (term > 0) {
      positiveInfinities += count;
    } else {
      negativeInfinities += count;
    }
  }

  private void addAt(int position, long mantissa, boolean negative) {
    carryIfFull();
    int limb = position / LIMB_BITS;
    int shift = position % LIMB_BITS;
    long low = (mantissa << shift) & LIMB_MASK;
    long middle = (mantissa >>> (LIMB_BITS - shift)) & LIMB_MASK;
    long high = shift == 0 ? 0 : mantissa >>> (2 * LIMB_BITS - shift);
    long sign = negative ? -1 : 1;
    limbs[limb] += sign * low;
    limbs[limb + 1] += sign * middle;
    limbs[limb + 2] += sign * high;
  }

  private void carryIfFull() {
    if (termsSinceCarry == TERMS_BETWEEN_CARRIES) {
      carry();
    }
    termsSinceCarry++;
  }

  /** Leaves 0 to 2^32 - 1 in every limb but the last, which keeps the sign. */
  private void carry() {
    for (int i = 0; i < LIMBS - 1; i++) {
      limbs[i + 1] += limbs[i] >> LIMB_BITS;
      limbs[i] &= LIMB_MASK;
    }
    termsSinceCarry = 0;
  }

  private void negate() {
    for (int i = 0; i < LIMBS; i++) {
      limbs[i] = -limbs[i];
    }
    carry();
  }

  /**
   * Rounds limbs that are carried and not negative. No result is subnormal and inexact, as the unit
   * is the least double.
   */
  private double roundedUnits() {
    int highest = LIMBS - 1;
    while (highest > 0 && limbs[highest] == 0) {
      highest--;
    }
    // The 64 bits from the first that is 1 on, of which a double keeps 53.
    int lead = Long.numberOfLeadingZeros(limbs[highest]) - LIMB_BITS;
    long top = limbs[highest] << (LIMB_BITS + lead);
    long beyond = 0;
    if (highest > 0) {
      top |= limbs[highest - 1] << lead;
    }
    if (highest > 1) {
      top |= limbs[highest - 2] >>> (LIMB_BITS - lead);
      beyond = (limbs[highest - 2] << lead) & LIMB_MASK;
    }
    for (int i = 0; i < highest - 2; i++) {
      beyond |= limbs[i];
    }
    return rounded(top, beyond != 0, LIMB_BITS * (highest + 1) - lead);
  }

  /**
   * Rounds to nearest, ties to even.
   *
   * @param top the first bits
   * @param more whether there are more after them
   * @param length the number of bits of all
   */
  private static double rounded(long top, boolean more, int length) {
    long kept = top >>> (Long.SIZE - MANTISSA_BITS);
    long rest = top << MANTISSA_BITS;
    boolean up = rest < 0 && ((rest << 1) != 0 || more || (kept & 1) == 1);
    return Math.scalb((double) (up ? kept + 1 : kept), length - MANTISSA_BITS + LEAST_EXPONENT);
  }
}
