// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The edges of the bins, compared with BigDecimal. */
class CalibrationTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 15, 7919, 10_000})
  void everyProbabilityIsInTheBinWhoseEdgesItIsBetween(int bins) {
    Random random = new Random(bins);
    for (int draw = 0; draw < 20_000; draw++) {
      double edge = (double) random.nextInt(bins + 1) / bins;
      double p =
          switch (draw % 4) {
            case 0 -> edge;
            case 1 -> Math.max(0, Math.nextDown(edge));
            case 2 -> Math.min(1, Math.nextUp(edge));
            default -> random.nextFloat();
          };
      int bin = Calibration.binOf(p, bins);
      BigDecimal scaled = new BigDecimal(p).multiply(BigDecimal.valueOf(bins));
      assertTrue(bin == 0 || scaled.compareTo(BigDecimal.valueOf(bin)) > 0, p + " in " + bin);
      assertTrue(scaled.compareTo(BigDecimal.valueOf(bin + 1L)) <= 0, p + " in " + bin);
    }
  }

  @Test
  void bothEndsAreInABin() {
    assertEquals(0, Calibration.binOf(0, 15));
    assertEquals(14, Calibration.binOf(1, 15));
  }
}
