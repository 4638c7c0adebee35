// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import io.github.loss4j.cpu.FloatVectorRowSumTest.Logits;
import io.github.loss4j.host.RowOrder;
import io.github.loss4j.host.Rows;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However many places are read at once, what is found is that of segments one after another. */
@Tag("vectors")
class FloatVectorPlacesTest {
  private static final int GUESS = -10;

  @ParameterizedTest(name = "{0}, {1} segments")
  @CsvSource({"F32, 1", "F32, 4", "F32, 7", "F32, 64", "BF16, 1", "BF16, 4", "BF16, 7", "BF16, 64"})
  void everyPlaceHasItsSums(DType dtype, int segments) {
    // The row before takes care that BF16 is not copied.
    int classes = segments * RowOrder.SEGMENT;
    Tensor x = Tensor.allocate(dtype, 2, classes);
    for (Logits logits : Logits.values()) {
      Random random = new Random(segments);
      for (int c = 0; c < classes; c++) {
        x.setDouble(classes + c, logits.draw(random, c / RowOrder.SEGMENT));
      }
      FloatVectorTerms terms = new FloatVectorTerms();
      float[] sums = sumsOfRounds(terms, x);
      assertSame(terms, sums, FloatVectorOnePlace::new, x, logits);
      assertSame(terms, sums, FloatVectorFourPlaces::new, x, logits);
    }
  }

  private static void assertSame(
      FloatVectorTerms wanted,
      float[] sums,
      Function<FloatVectorTerms, FloatVectorPlaces> places,
      Tensor x,
      Logits logits) {
    FloatVectorTerms terms = new FloatVectorTerms();
    float[] found = new float[sums.length];
    FloatVectorSegment segment = begin(terms, x);
    places.apply(terms).add(segment, sums.length, found);
    terms.finish();
    assertArrayEquals(sums, found, logits::name);
    assertEquals(wanted.others, terms.others, logits::name);
    assertEquals(wanted.leastExponent(), terms.leastExponent(), logits::name);
    assertEquals(wanted.greatestExponent(), terms.greatestExponent(), logits::name);
  }

  private static float[] sumsOfRounds(FloatVectorTerms terms, Tensor x) {
    FloatVectorSegment segment = begin(terms, x);
    float[] sums = new float[(int) (x.shape()[1] / RowOrder.SEGMENT)];
    float[] lanes = new float[RowOrder.LANES];
    int bytes = FloatVectorTerms.bytesOfSegment(segment.isOfHalves());
    for (int i = 0; i < sums.length; i++) {
      terms.addRounds(segment, segment.start() + (long) i * bytes, FloatVectorTerms.ROUNDS, lanes);
      sums[i] = segment.sum(lanes);
    }
    terms.finish();
    return sums;
  }

  /** Begins the second row, whose first element is the reference. */
  private static FloatVectorSegment begin(FloatVectorTerms terms, Tensor x) {
    RowView view = new RowView(x, Rows.along(x, 1));
    terms.reset((float) view.get(1, 0), GUESS);
    FloatVectorSegment segment = new FloatVectorSegment(view);
    segment.locate(1, 0);
    return segment;
  }
}
