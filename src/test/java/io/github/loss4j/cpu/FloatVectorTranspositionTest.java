// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of any number of rows, those that fill vectors and those that do not, and nothing beyond. */
class FloatVectorTranspositionTest {
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;
  private static final float UNTOUCHED = -1;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 33, 256})
  void columnsHaveTheElementsOfRowsAndBack(int classes) {
    FloatVectorTransposition transposition = new FloatVectorTransposition(classes);
    float[] rows = new float[LENGTH * classes];
    for (int at = 0; at < rows.length; at++) {
      rows[at] = at;
    }
    for (int count = 0; count <= LENGTH; count++) {
      float[] columns = untouched(classes);
      transposition.toColumns(rows, count, columns);
      float[] back = untouched(classes);
      transposition.toRows(columns, count, back);
      for (int c = 0; c < classes; c++) {
        for (int i = 0; i < LENGTH; i++) {
          float expected = i < count ? (float) i * classes + c : UNTOUCHED;
          assertEquals(expected, columns[c * LENGTH + i]);
          assertEquals(expected, back[i * classes + c]);
        }
      }
    }
  }

  private static float[] untouched(int classes) {
    float[] elements = new float[LENGTH * classes];
    Arrays.fill(elements, UNTOUCHED);
    return elements;
  }
}
