// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.eval.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LogAxisTest {
  private static final double PLOT_OF_A_PHONE = 265;
  private static final double LETTER = 8.2;

  @Test
  void ticksAreAtTheirNumbers() {
    assertEquals(
        List.of(new Tick("0.000%", "0.1"), new Tick("50.000%", "1"), new Tick("100.000%", "10")),
        new LogAxis(0.1, 10).ticks().stream().filter(tick -> !tick.label().contains("3")).toList());
    assertEquals(
        List.of("0.5", "1", "2", "5"),
        new LogAxis(0.5, 8).ticks().stream().map(Tick::label).toList());
    assertEquals(
        List.of("10⁻⁶", "10⁻⁴", "0.01", "1", "100", "10⁴"),
        new LogAxis(0x1p-20, 0x1p14).ticks().stream().map(Tick::label).toList());
  }

  /** Every axis that bins can make. */
  @Test
  void anAxisHasTicksThatHaveRoom() {
    for (int low = -80; low <= 56 - 16; low++) {
      for (int high = low + 16; high <= 56; high++) {
        List<Tick> ticks = new LogAxis(Math.pow(2, low / 4.0), Math.pow(2, high / 4.0)).ticks();
        String range = "2^%d/4 to 2^%d/4: %s".formatted(low, high, ticks);
        assertTrue(ticks.size() >= 2, range);
        for (int i = 1; i < ticks.size(); i++) {
          double distance = place(ticks.get(i)) - place(ticks.get(i - 1));
          assertTrue((width(ticks.get(i)) + width(ticks.get(i - 1))) / 2 < distance, range);
        }
      }
    }
  }

  private static double place(Tick tick) {
    return Double.parseDouble(tick.at().replace("%", "")) / 100 * PLOT_OF_A_PHONE;
  }

  /** At most: superscripts, points and commas are narrower. */
  private static double width(Tick tick) {
    String narrow = tick.label().replaceAll("[^0-9]", "");
    return LETTER * narrow.length() + LETTER / 2 * (tick.label().length() - narrow.length());
  }
}
