// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttemptsTest {
  private final Attempts attempts = new Attempts(2);

  @Test
  void oneFailureIsTolerated() {
    attempts.add(false);
    assertTrue(attempts.areDue());
    attempts.add(true);
    attempts.add(false);
    assertTrue(attempts.areDue());
  }

  @Test
  void afterFailuresOneRowOfEightIsAttempted() {
    attempts.add(false);
    attempts.add(false);
    assertEquals(10, IntStream.range(0, 80).filter(row -> attempts.areDue()).count());
  }

  @Test
  void aSuccessBringsThemBack() {
    attempts.add(false);
    attempts.add(false);
    assertFalse(attempts.areDue());
    attempts.add(true);
    assertTrue(attempts.areDue());
    assertTrue(attempts.areDue());
  }
}
