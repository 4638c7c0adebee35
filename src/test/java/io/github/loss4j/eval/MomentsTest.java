// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Standard deviations where float64 sums of squares would have lost all digits. */
class MomentsTest {
  @Test
  void anOffsetTakesNoDigits() {
    Moments near = new Moments();
    Moments far = new Moments();
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      double x = random.nextInt(1000) / 1024.0;
      near.add(x);
      far.add(x + 0x1p40);
    }
    assertEquals(near.standardDeviation(), far.standardDeviation());
    assertEquals(0.282, near.standardDeviation(), 0.01, "of a uniform number");
    assertEquals(near.standardDeviation() / Math.sqrt(1000), near.standardError(), 1e-15);
  }

  @Test
  void equalNumbersHaveNone() {
    Moments moments = new Moments();
    for (int i = 0; i < 3; i++) {
      moments.add(0.7);
    }
    assertEquals(0, moments.standardError());
  }

  @Test
  void oneNumberHasNoDeviation() {
    Moments moments = new Moments();
    moments.add(1);
    assertEquals(Double.NaN, moments.standardError());
  }
}
