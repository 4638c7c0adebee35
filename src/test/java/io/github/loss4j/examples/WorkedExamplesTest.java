// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.opencl.RequiresOpenCl;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkedExamplesTest {
  private static final double FOUR_DIGITS = 5e-5;

  /** The loss that is stated from losses that were rounded first. */
  private static final String ROUNDED_TWICE = "reduction mean";

  @Test
  void everyExampleHasItsStatedValue() {
    for (WorkedExample example : on("cpu")) {
      double tolerance = example.name().equals(ROUNDED_TWICE) ? 1e-3 : FOUR_DIGITS;
      assertArrayEquals(
          example.stated().toDoubleArray(),
          example.computed().toDoubleArray(),
          tolerance,
          example.name());
    }
  }

  @Test
  @RequiresOpenCl
  void sameBitsOnOpenCl() {
    List<WorkedExample> cpu = on("cpu");
    List<WorkedExample> opencl = on("opencl");
    assertEquals(cpu.size(), opencl.size());
    for (int i = 0; i < cpu.size(); i++) {
      assertArrayEquals(
          cpu.get(i).computed().toDoubleArray(),
          opencl.get(i).computed().toDoubleArray(),
          cpu.get(i).name());
    }
  }

  private static List<WorkedExample> on(String backend) {
    try (LossSession session = LossBackend.named(backend).open()) {
      return WorkedExamples.on(session);
    }
  }
}
