// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowOrder;
import io.github.loss4j.host.Rows;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The sum with the Vector API has the bits of the one in plain Java, whatever it has to guess. */
@Tag("vectors")
class FloatVectorRowSumTest {
  private static final int ROWS = 40;

  enum Logits {
    ORDINARY,
    /** Segments whose largest elements lie far apart, so that a guess is wrong. */
    STEPS,
    /** Terms about the smallest normal number beside the largest. */
    NEARLY_NOTHING,
    /** Masked, by numbers of all sizes. */
    MASKED,
    /** Equal ones. */
    FEW_VALUES,
    ZEROS,
    FAR,
    /** So far that rows are shifted, though their exponents are still exact. */
    BARELY_FAR,
    /** Where vectors know each element's exponent, whatever is guessed. */
    NOT_FAR,
    SPECIAL;

    double draw(Random random, int segment) {
      double x = 4 * random.nextGaussian();
      return switch (this) {
        case ORDINARY -> x;
        case STEPS -> x + 37 * random.nextInt(1 + segment) * (segment % 2 == 0 ? 1 : -1);
        case NEARLY_NOTHING -> random.nextInt(20) == 0 ? x : -80 - 16 * random.nextDouble();
        case MASKED ->
            random.nextBoolean()
                ? x
                : random.nextInt(4) == 0
                    ? Double.NEGATIVE_INFINITY
                    : -Math.scalb(1 + random.nextDouble(), random.nextInt(40));
        case FEW_VALUES -> random.nextInt(5) - 2;
        case ZEROS -> random.nextBoolean() ? 0.0 : -0.0;
        case FAR -> 1e8 + 64 * random.nextInt(8);
        case BARELY_FAR -> 1.2e6 + random.nextInt(8);
        case NOT_FAR -> (segment % 2 == 0 ? 7.2e5 : 7.3e5) + random.nextInt(8);
        case SPECIAL ->
            random.nextInt(9000) == 0
                ? Double.NaN
                : random.nextInt(9000) == 0
                    ? Double.POSITIVE_INFINITY
                    : random.nextInt(2) == 0 ? Double.NEGATIVE_INFINITY : x;
      };
    }
  }

  static Stream<Arguments> typesAndLogits() {
    return Stream.of(DType.F32, DType.BF16, DType.F16)
        .flatMap(dtype -> Stream.of(Logits.values()).map(logits -> Arguments.of(dtype, logits)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("typesAndLogits")
  void everySumHasTheBitsOfPlainJava(DType dtype, Logits logits) {
    // The last has more whole segments than are added up in one go, by turns and singly.
    for (int classes : new int[] {1, 31, 32, 33, 127, 1000, 2048, 2049, 9001, 20_000, 284_101}) {
      int rows = classes > 100_000 ? 3 : ROWS;
      Tensor x = Tensor.allocate(dtype, rows, classes);
      Random random = new Random(classes);
      for (int row = 0; row < rows; row++) {
        for (int c = 0; c < classes; c++) {
          x.setDouble((long) row * classes + c, logits.draw(random, c / RowOrder.SEGMENT));
        }
      }
      assertSameSums(x, random);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void everyRowOfOneValueHasTheBitsOfPlainJava(DType dtype) {
    for (double value :
        new double[] {
          0, -0.0, 1, -1e9, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN
        }) {
      Tensor x = Tensor.allocate(dtype, ROWS, 5000);
      for (long i = 0; i < x.size(); i++) {
        x.setDouble(i, value);
      }
      assertSameSums(x, new Random(1));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void whatFollowsARowIsNoPartOfIt(DType dtype) {
    for (int classes = RowOrder.LANES; classes <= 3 * RowOrder.LANES; classes++) {
      Tensor x = Tensor.allocate(dtype, 8, classes);
      Random random = new Random(classes);
      for (long i = 0; i < x.size(); i++) {
        boolean between = i / classes % 2 == 1;
        x.setDouble(i, between ? Double.NaN : random.nextGaussian());
      }
      assertSameSums(x, random);
    }
  }

  private static void assertSameSums(Tensor x, Random random) {
    Rows rows = Rows.along(x, 1);
    RowView view = new RowView(x, rows);
    RowSum plain = Arithmetic.of(DType.F32).rowSum(view);
    for (int span : new int[] {0, FloatVectorPlaces.SPAN}) {
      RowSum vectors = new FloatVectorRowSum(view, FloatVectorArithmetic.INSTANCE, span);
      assertSameSums(rows, view, plain, vectors, random);
    }
  }

  private static void assertSameSums(
      Rows rows, RowView view, RowSum plain, RowSum vectors, Random random) {
    for (long row = 0; row < rows.count(); row++) {
      int at = random.nextInt(rows.classes());
      double reference = view.get(row, at);
      double largest = plain.largestOf(row);
      assertEquals(largest, vectors.largestOf(row));
      for (double shift : new double[] {0, largest}) {
        if (Double.isFinite(shift)) {
          plain.compute(row, reference, shift);
          vectors.compute(row, reference, shift);
          String where = "row %d, reference %s, shift %s".formatted(row, reference, shift);
          assertSameFindings(plain, vectors, where);
          if (shift != 0 || plain.neededShift() == 0) {
            assertSameSum(plain, vectors, where);
          }
        }
      }
    }
  }

  private static void assertSameFindings(RowSum plain, RowSum vectors, String where) {
    assertEquals(plain.ties(), vectors.ties(), where);
    assertEquals(plain.isUnbounded(), vectors.isUnbounded(), where);
    assertEquals(plain.isEmpty(), vectors.isEmpty(), where);
    assertEquals(plain.neededShift(), vectors.neededShift(), where);
    assertEquals(plain.exceedsReference(), vectors.exceedsReference(), where);
    assertEquals(plain.largest() + 0.0, vectors.largest() + 0.0, where);
  }

  private static void assertSameSum(RowSum plain, RowSum vectors, String where) {
    double significand = plain.sum().significand();
    if (Double.isNaN(significand)) {
      assertEquals(significand, vectors.sum().significand(), where);
    } else if (!plain.isEmpty() && !plain.isUnbounded()) {
      assertEquals(plain.sum().normalized(), vectors.sum().normalized(), where);
    }
  }
}
