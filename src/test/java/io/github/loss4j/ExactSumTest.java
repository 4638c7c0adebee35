// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums without rounding, compared with BigDecimal, which is exact and rounds to nearest even. */
class ExactSumTest {
  private static final double[] ADVERSARIAL = {
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Math.nextDown(Double.MIN_NORMAL),
    -Math.nextDown(Double.MIN_NORMAL),
    0,
    -0.0,
    1,
    -1,
    Math.nextUp(1.0),
    Math.nextDown(-1.0),
    0x1p-53,
    0x1p53,
    -0x1.fffffffffffffp52,
    1e308,
    -1e308,
    1e-308,
    Math.PI
  };

  @Test
  void sumOfNothingIsZero() {
    assertEquals(0, new ExactSum().value());
  }

  @Test
  void cancellationLosesNothing() {
    assertEquals(1, sum(1e308, 1, -1e308).value());
    assertEquals(Double.MIN_VALUE, sum(1e308, Double.MIN_VALUE, -1e308).value());
    assertEquals(-Double.MIN_VALUE, sum(-1e308, -Double.MIN_VALUE, 1e308).value());
    assertEquals(0x1p-1074 * 3, sum(0x1p-1074, 0x1p-1073, 1e16, -1e16).value());
  }

  @Test
  void onlyTheValueOverflows() {
    ExactSum sum = sum(Double.MAX_VALUE, Double.MAX_VALUE);
    assertEquals(Double.POSITIVE_INFINITY, sum.value());
    sum.add(-Double.MAX_VALUE);
    assertEquals(Double.MAX_VALUE, sum.value());
    sum.add(-Double.MAX_VALUE, 3);
    assertEquals(Double.NEGATIVE_INFINITY, sum.value());
  }

  @Test
  void overflowBeginsHalfAUnitAboveTheLargestDouble() {
    double half = Math.ulp(Double.MAX_VALUE) / 2;
    assertEquals(
        Double.MAX_VALUE, sum(Double.MAX_VALUE, half, -Double.MIN_VALUE).value(), "below the tie");
    assertEquals(Double.POSITIVE_INFINITY, sum(Double.MAX_VALUE, half).value(), "at the tie");
  }

  @Test
  void tiesRoundToEven() {
    assertEquals(1, sum(1, 0x1p-53).value());
    assertEquals(Math.nextUp(1.0), sum(1, 0x1p-53, Double.MIN_VALUE).value());
    assertEquals(1, sum(1, 0x1p-53, -Double.MIN_VALUE).value());
    assertEquals(1 + 0x1p-51, sum(Math.nextUp(1.0), 0x1p-53).value());
    assertEquals(-1, sum(-1, -0x1p-53).value());
    assertEquals(2, sum(Math.nextDown(2.0), 0x1p-53).value());
  }

  @Test
  void everyPairOfAdversarialTermsIsRoundedOnce() {
    for (double a : ADVERSARIAL) {
      for (double b : ADVERSARIAL) {
        for (double c : ADVERSARIAL) {
          assertExact(a, b, c);
        }
      }
    }
  }

  @Test
  void sumsOfRandomDoublesAreExact() {
    Random random = new Random(1);
    for (int draw = 0; draw < 2000; draw++) {
      assertExact(terms(random));
    }
  }

  @Test
  void countedTermsAreTermsAddedThatOften() {
    Random random = new Random(2);
    long[] counts = {0, 1, 2, 3, 1000, 0xffff_ffffL, 1L << 62, Long.MAX_VALUE};
    for (double term : ADVERSARIAL) {
      for (long count : counts) {
        double other = finite(random);
        ExactSum sum = sum(other);
        sum.add(term, count);
        BigDecimal expected =
            new BigDecimal(term).multiply(BigDecimal.valueOf(count)).add(new BigDecimal(other));
        assertBits(expected.doubleValue(), sum.value(), term + " times " + count);
      }
    }
  }

  @Test
  void anyOrderAndAnySplitGiveTheSameBits() {
    Random random = new Random(3);
    for (int draw = 0; draw < 300; draw++) {
      double[] terms = terms(random);
      double expected = sum(terms).value();
      List<Double> shuffled = new ArrayList<>(Arrays.stream(terms).boxed().toList());
      Collections.shuffle(shuffled, random);
      List<ExactSum> parts = new ArrayList<>();
      for (int part = random.nextInt(6); part >= 0; part--) {
        parts.add(new ExactSum());
      }
      shuffled.forEach(term -> parts.get(random.nextInt(parts.size())).add(term));
      while (parts.size() > 1) {
        ExactSum part = parts.remove(random.nextInt(parts.size()));
        parts.get(random.nextInt(parts.size())).merge(part);
      }
      assertBits(expected, parts.getFirst().value(), "draw " + draw);
    }
  }

  @Test
  void mergingDoesNotChangeTheOther() {
    ExactSum other = sum(-3, 0.1);
    double before = other.value();
    sum(1e300).merge(other);
    assertEquals(before, other.value());
    other.merge(other);
    assertEquals(2 * before, other.value(), "a sum merged with itself is doubled");
  }

  @Test
  void valueMayBeReadBetweenTerms() {
    ExactSum sum = new ExactSum();
    BigDecimal exact = BigDecimal.ZERO;
    Random random = new Random(4);
    for (int i = 0; i < 500; i++) {
      double term = finite(random);
      sum.add(term);
      exact = exact.add(new BigDecimal(term));
      assertBits(exact.doubleValue(), sum.value(), "term " + i);
    }
  }

  @Test
  void nanAndInfinitiesFollowIeee754() {
    double infinity = Double.POSITIVE_INFINITY;
    assertEquals(Double.NaN, sum(1, Double.NaN, 2).value());
    assertEquals(infinity, sum(infinity, -Double.MAX_VALUE, infinity).value());
    assertEquals(-infinity, sum(1, -infinity).value());
    assertEquals(Double.NaN, sum(infinity, -infinity).value());
    assertEquals(Double.NaN, sum(infinity, Double.NaN).value());
    ExactSum counted = new ExactSum();
    counted.add(Double.NaN, 0);
    assertEquals(0, counted.value(), "no NaN was added");
    counted.add(infinity, Long.MAX_VALUE);
    assertEquals(infinity, counted.value());
    counted.merge(sum(-infinity));
    assertEquals(Double.NaN, counted.value(), "infinities of both signs");
  }

  @Test
  void bytesAreThoseOfTheSumAndNotOfItsOrder() {
    Random random = new Random(5);
    for (int draw = 0; draw < 1000; draw++) {
      List<Double> terms = new ArrayList<>(Arrays.stream(terms(random)).boxed().toList());
      ExactSum sum = new ExactSum();
      terms.forEach(sum::add);
      Collections.shuffle(terms, random);
      ExactSum shuffled = new ExactSum();
      terms.forEach(shuffled::add);
      assertArrayEquals(sum.toBytes(), shuffled.toBytes());
      ExactSum read = ExactSum.ofBytes(sum.toBytes());
      assertArrayEquals(sum.toBytes(), read.toBytes());
      assertEquals(sum.toBigDecimal(), read.toBigDecimal());
      assertEquals(
          0,
          terms.stream()
              .map(BigDecimal::new)
              .reduce(BigDecimal.ZERO, BigDecimal::add)
              .compareTo(read.toBigDecimal()));
    }
  }

  @Test
  void bytesKeepNanAndInfinities() {
    ExactSum sum = sum(1, Double.NEGATIVE_INFINITY, -2);
    ExactSum read = ExactSum.ofBytes(sum.toBytes());
    assertFalse(read.isFinite());
    assertEquals(Double.NEGATIVE_INFINITY, read.value());
    read.add(Double.POSITIVE_INFINITY);
    assertEquals(Double.NaN, read.value());
    assertThrows(ArithmeticException.class, sum::toBigDecimal);
  }

  @Test
  void bytesOfNoSumAreRefused() {
    byte[] bytes = sum(-1e300, 1).toBytes();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(InvalidInputException.class, () -> ExactSum.ofBytes(cut));
    }
    for (byte[] none :
        new byte[][] {
          {0, 0, 1, 0, 0, 0, 0}, // a limb of 0
          {1, 0, 0}, // a negative 0
          {4, 0, 0}, // an unknown flag
          {0, 68, 1, 0, 0, 0, 1}, // a limb too far
          {0, 0, 0, 0} // one too many
        }) {
      assertThrows(InvalidInputException.class, () -> ExactSum.ofBytes(none));
    }
  }

  /**
   * A limb is a long, and each of these terms adds 2^32 - 1 to the lowest: 2^31 of them fill it.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 512, 100_000})
  void manyFloatsAreAddedAsOneByOne(int count) {
    Random random = new Random(count);
    float[] terms = new float[count];
    for (int i = 0; i < count; i++) {
      // Any finite float, subnormal ones too.
      terms[i] = Float.intBitsToFloat(random.nextInt());
      if (!Float.isFinite(terms[i])) {
        terms[i] = i % 2 == 0 ? -Float.MAX_VALUE : Float.MIN_VALUE;
      }
    }
    assertSameSum(terms);
    if (count > 0) {
      terms[count / 2] = Float.NEGATIVE_INFINITY;
      assertSameSum(terms);
      terms[count / 3] = Float.NaN;
      assertSameSum(terms);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 511, 512, 5000})
  void squaresOfFloatsAreExact(int count) {
    Random random = new Random(count);
    float[] terms = new float[count];
    BigDecimal expected = BigDecimal.ZERO;
    for (int i = 0; i < count; i++) {
      float term = Float.intBitsToFloat(random.nextInt());
      terms[i] = Float.isFinite(term) ? term : -Float.MIN_VALUE;
      expected = expected.add(new BigDecimal(terms[i]).pow(2));
    }
    ExactSum sum = new ExactSum();
    sum.addSquares(Tensor.of(terms));
    assertEquals(0, expected.compareTo(sum.toBigDecimal()));
    terms[1] = Float.NEGATIVE_INFINITY;
    sum.addSquares(Tensor.of(terms));
    assertEquals(Double.POSITIVE_INFINITY, sum.value());
    terms[2] = Float.NaN;
    sum.addSquares(Tensor.of(terms));
    assertEquals(Double.NaN, sum.value());
  }

  @Test
  void squaresOfDoublesAreExact() {
    double[] terms = {Math.PI, -1e100, 0x1.fffffffffffffp-300, -0.0, 3};
    BigDecimal expected = BigDecimal.ZERO;
    for (double term : terms) {
      expected = expected.add(new BigDecimal(term).pow(2));
    }
    ExactSum sum = new ExactSum();
    sum.addSquares(Tensor.of(terms));
    assertEquals(0, expected.compareTo(sum.toBigDecimal()));
    sum.addSquares(Tensor.of(new double[] {-1e200}));
    assertEquals(Double.POSITIVE_INFINITY, sum.value());
  }

  @Test
  void unitsOfLimbsAreAddedWhereTheyBelong() {
    BigDecimal expected = BigDecimal.ZERO;
    ExactSum sum = new ExactSum();
    for (int limb = 0; limb <= 66; limb++) {
      for (long units : new long[] {1, -7, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE}) {
        sum.addUnits(limb, units);
        BigDecimal unit = new BigDecimal(Double.MIN_VALUE).multiply(BigDecimal.TWO.pow(32 * limb));
        expected = expected.add(unit.multiply(BigDecimal.valueOf(units)));
      }
    }
    assertEquals(0, expected.compareTo(sum.toBigDecimal()));
    assertThrows(InvalidInputException.class, () -> sum.addUnits(-1, 1));
    assertThrows(InvalidInputException.class, () -> sum.addUnits(67, 1));
  }

  private static void assertSameSum(float[] terms) {
    ExactSum together = new ExactSum();
    together.add(Tensor.of(terms, terms.length));
    ExactSum oneByOne = new ExactSum();
    for (float term : terms) {
      oneByOne.add(term);
    }
    assertBits(oneByOne.value(), together.value(), terms.length + " floats");
  }

  @Test
  void carriesMoveOnBeforeALimbOverflows() {
    double term = Math.nextDown(2 * Double.MIN_NORMAL);
    long count = (1L << 31) + (1L << 20);
    ExactSum sum = new ExactSum();
    for (long i = 0; i < count; i++) {
      sum.add(term);
    }
    BigDecimal expected = new BigDecimal(term).multiply(BigDecimal.valueOf(count));
    assertBits(expected.doubleValue(), sum.value(), count + " terms");
  }

  private static void assertExact(double... terms) {
    BigDecimal expected = BigDecimal.ZERO;
    for (double term : terms) {
      expected = expected.add(new BigDecimal(term));
    }
    assertBits(expected.doubleValue(), sum(terms).value(), Arrays.toString(terms));
  }

  private static void assertBits(double expected, double actual, String message) {
    assertEquals(Double.doubleToLongBits(expected), Double.doubleToLongBits(actual), message);
  }

  private static ExactSum sum(double... terms) {
    ExactSum sum = new ExactSum();
    for (double term : terms) {
      sum.add(term);
    }
    return sum;
  }

  /** Some terms of any size, and some that cancel what came before. */
  private static double[] terms(Random random) {
    double[] terms = new double[1 + random.nextInt(40)];
    for (int i = 0; i < terms.length; i++) {
      terms[i] =
          switch (random.nextInt(4)) {
            case 0 -> i == 0 ? 0 : -terms[random.nextInt(i)];
            case 1 -> ADVERSARIAL[random.nextInt(ADVERSARIAL.length)];
            case 2 -> random.nextGaussian();
            default -> finite(random);
          };
    }
    return terms;
  }

  /** Any finite double, by its bits. */
  private static double finite(Random random) {
    double x = Double.longBitsToDouble(random.nextLong());
    return Double.isFinite(x) ? x : 1;
  }
}
