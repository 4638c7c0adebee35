// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void numbersAreAsOnTheCommandLine() {
    assertEquals("1.75174", Numbers.number(1.7517431358630078));
    assertEquals("0.000100000", Numbers.number(1e-4));
    assertEquals("1.23457 × 10⁻⁵", Numbers.number(1.234567e-5));
    assertEquals("−2.50000 × 10³⁰⁰", Numbers.number(-2.5e300));
    assertEquals("0.052", Numbers.number(0.0521, 2));
    assertEquals("0.00000", Numbers.number(0));
    assertEquals("NaN", Numbers.number(Double.NaN));
    assertEquals("∞", Numbers.number(Double.POSITIVE_INFINITY));
    assertEquals("−∞", Numbers.number(Double.NEGATIVE_INFINITY));
    assertEquals("62.0599 %", Numbers.percent(0.6205990));
    assertEquals("1,136", Numbers.count(1136));
    assertEquals("50,257", Numbers.grouped("50257"));
    assertEquals("many", Numbers.grouped("many"));
    assertEquals("1 row", Numbers.plural(1, "row"));
    assertEquals("0 rows", Numbers.plural(0, "row"));
  }

  @Test
  void sharesHaveRoundTicks() {
    for (double largest : new double[] {1e-9, 0.003, 0.0424, 0.1, 0.25, 0.5000001, 0.99, 1}) {
      double end = Tick.end(largest);
      int ticks = Tick.shares(largest).size();
      assertEquals("0", Tick.shares(largest).getFirst().label());
      assertEquals("100.000%", Tick.shares(largest).getLast().at(), "ends at its last tick");
      assertEquals(largest, Math.min(largest, end), "has room");
      assertEquals(true, ticks >= 3 && ticks <= 5, largest + " has " + ticks);
    }
  }
}
