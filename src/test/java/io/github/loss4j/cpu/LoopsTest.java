// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.loss4j.BackendUnavailableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class LoopsTest {
  private final String before = System.getProperty(CpuBackend.LOOPS, "");

  @AfterEach
  void restore() {
    System.setProperty(CpuBackend.LOOPS, before);
  }

  private static Loops chosen(String choice) {
    System.setProperty(CpuBackend.LOOPS, choice);
    return Loops.chosen();
  }

  @Test
  void propertyForces() {
    assertEquals(Loops.PLAIN, chosen("plain"));
    assertEquals(Loops.VECTOR, chosen("vector"));
  }

  @Test
  void withoutChoiceVectorsMustBeFast() {
    boolean fast = FloatVectors.areFast();
    assertEquals(fast ? Loops.VECTOR_WHEN_FASTER : Loops.PLAIN, chosen(""));
    assertEquals(fast ? Loops.VECTOR : Loops.PLAIN, chosen("vectors-at-once"));
  }

  @Test
  void otherChoicesAreRefused() {
    assertEquals(
        "-Dloss4j.cpu=fast is none of plain, vector and vectors-at-once",
        assertThrows(BackendUnavailableException.class, () -> chosen("fast")).getMessage());
  }
}
