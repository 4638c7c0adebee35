// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.obermuhlner.math.big.BigDecimalMath;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bins of negative log-likelihoods. */
class HistogramTest {
  private final List<HistogramBin> bins = new Histogram().bins();

  @Test
  void edgesArePowersOfTheFourthRootOfTwo() {
    BigDecimal two = BigDecimal.valueOf(2);
    for (int bin = 1; bin < bins.size(); bin++) {
      BigDecimal exponent = BigDecimal.valueOf(bin - 1L - 80).divide(BigDecimal.valueOf(4));
      BigDecimal edge = BigDecimalMath.pow(two, exponent, MathContext.DECIMAL128);
      assertEquals(edge.doubleValue(), bins.get(bin).low());
      assertEquals(bins.get(bin).low(), bins.get(bin - 1).high());
    }
    assertEquals(0x1p14, bins.getLast().low());
    assertEquals(Double.POSITIVE_INFINITY, bins.getLast().high());
    assertEquals(Double.NEGATIVE_INFINITY, bins.getFirst().low());
  }

  @Test
  void everyNumberIsInTheBinWhoseEdgesItIsBetween() {
    for (HistogramBin bin : bins) {
      for (double x : new double[] {bin.low(), Math.nextUp(bin.low()), Math.nextDown(bin.high())}) {
        HistogramBin found = bins.get(Histogram.binOf(x));
        assertTrue(found.low() <= x && x < found.high(), x + " in " + found);
      }
    }
    for (double x : new double[] {0, -0.0, -1, Double.MIN_VALUE}) {
      assertEquals(0, Histogram.binOf(x));
    }
    assertEquals(bins.size() - 1, Histogram.binOf(Double.POSITIVE_INFINITY));
  }
}
