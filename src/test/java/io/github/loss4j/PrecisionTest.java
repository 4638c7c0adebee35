// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.host.Draws;
import io.github.loss4j.host.Reference;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Rows whose loss is easily lost: logits far from 0, and rows that are almost certain. */
class PrecisionTest {
  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  /** The logits are rounded to their type after the offset; what is left of them must all count. */
  @Test
  void anOffsetDoesNotLoseTheLoss() {
    for (double offset : new double[] {1e4, -1e4, 1e6, 1e8, -1e8, 3e37, -3e37}) {
      double[] deviations = {5, 50 * Math.ulp((float) offset) / 8};
      for (double deviation : deviations) {
        compare(offset, deviation, DType.F32, 2e-6);
      }
    }
    for (double offset : new double[] {1e4, 1e8, -1e8, 1e15, 1e300}) {
      compare(offset, Math.max(5, 5 * Math.ulp(offset)), DType.F64, 1e-14);
    }
  }

  private static void compare(double offset, double deviation, DType dtype, double tolerance) {
    for (int classes : new int[] {2, 100, 3000}) {
      Tensor logits = new Draws(classes).normal(deviation, DType.F64, 1, classes);
      Tensor shifted = Tensor.allocate(dtype, 1, classes);
      for (int c = 0; c < classes; c++) {
        shifted.setDouble(c, logits.getDouble(c) + offset);
      }
      double[] x = shifted.toDoubleArray();
      for (int label : new int[] {0, classes - 1}) {
        double expected = Reference.nll(x, label);
        String message =
            "%s of %d classes at %g +- %g".formatted(dtype, classes, offset, deviation);
        assertEquals(expected, loss(shifted, label), tolerance * expected, message);
      }
    }
  }

  @Test
  void confidentRowsKeepTheirDigits() {
    for (int classes : new int[] {2, 10, 1000, 5000}) {
      for (double gap = 14; gap < 75; gap += 0.37) {
        confident(classes, gap, DType.F32, 1e-5);
        confident(classes, gap, DType.F64, 4e-14);
      }
      for (double gap = 75; gap < 700; gap += 31.7) {
        confident(classes, gap, DType.F64, 4e-13);
      }
    }
  }

  private static void confident(int classes, double gap, DType dtype, double tolerance) {
    Tensor logits = new Draws(classes).normal(1, dtype, 1, classes);
    int label = classes / 2;
    logits.setDouble(label, gap);
    double[] x = logits.toDoubleArray();
    double expected = Reference.nll(x, label);
    assertTrue(expected > 0 && expected < 1, () -> "a loss of " + expected);
    assertEquals(expected, loss(logits, label), tolerance * expected, "gap " + gap);
    Tensor gradient = Tensor.allocate(dtype, 1, classes);
    session.evaluate(
        new CrossEntropyLoss(), logits, Tensor.of(new long[] {label}), Request.gradient(gradient));
    double slope = Math.expm1(-expected);
    assertEquals(slope, gradient.getDouble(label), -tolerance * slope, "gradient at gap " + gap);
  }

  /** The target of an unlikely row is far below; the loss is their distance. */
  @Test
  void unlikelyLabelsKeepTheirDigits() {
    for (double gap : new double[] {20, 100, 1e4, 1e6, 1e8, 1e30}) {
      for (DType dtype : List.of(DType.F32, DType.F64)) {
        Tensor logits = Tensor.allocate(dtype, 1, 50);
        logits.setDouble(7, -gap);
        double expected = Reference.nll(logits.toDoubleArray(), 7);
        double tolerance = dtype == DType.F32 ? 2e-7 : 4e-16;
        assertEquals(expected, loss(logits, 7), tolerance * expected);
      }
    }
  }

  private static double loss(Tensor logits, int label) {
    Tensor labels = Tensor.of(new long[] {label});
    return session.evaluate(new CrossEntropyLoss(), logits, labels).value();
  }
}
