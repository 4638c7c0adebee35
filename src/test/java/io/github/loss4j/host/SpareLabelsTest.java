// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class SpareLabelsTest {
  private final SpareLabels spare = new SpareLabels();

  @Test
  void whatIsGivenBackIsTakenAgain() {
    int[] labels = spare.take(5);
    spare.giveBack(labels);
    assertSame(labels, spare.take(5));
  }

  @Test
  void nobodyGetsWhatAnotherHas() {
    int[] labels = spare.take(5);
    assertNotSame(labels, spare.take(5));
    spare.giveBack(labels);
    spare.take(5);
    assertNotSame(labels, spare.take(5));
  }

  @Test
  void anotherLengthIsNew() {
    spare.giveBack(spare.take(5));
    assertEquals(6, spare.take(6).length);
  }
}
