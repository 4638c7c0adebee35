// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.loss4j.GradientCase.Gradient;
import io.github.loss4j.GradientDraws.Kind;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every gradient against central differences of the loss itself, in float64. */
class GradientCheckTest {
  private static final int SEEDS = 210;
  private static final double TOLERANCE = 1e-8;

  /** A coarse step has little noise; where the function bends too much for it, a finer one does. */
  private static final double[] STEPS = {0x1p-8, 0x1p-11, 0x1p-14};

  @AutoClose private static final LossSession session = LossBackend.named("cpu").open();

  private static final List<Kind> KINDS = GradientDraws.KINDS;

  @ParameterizedTest
  @FieldSource("KINDS")
  void gradientsAreCentralDifferences(Kind kind) {
    for (int seed = 0; seed < SEEDS; seed++) {
      GradientCase drawn = kind.draw(seed);
      for (Gradient gradient : drawn.gradients(session)) {
        long wrong = firstWrong(drawn, gradient);
        if (wrong >= 0) {
          fail(
              "seed %d: %s, upstream %s: gradient with respect to element %d of the %s is %s, but"
                      .formatted(
                          seed,
                          drawn.name(),
                          drawn.upstream(),
                          wrong,
                          gradient.of(),
                          gradient.gradient().getDouble(wrong))
                  + " the central difference is "
                  + difference(drawn, gradient.tensor(), wrong, STEPS[0]));
        }
      }
    }
  }

  /** The check itself: of each gradient, its largest element is made wrong in two ways. */
  @ParameterizedTest
  @FieldSource("KINDS")
  void aWrongGradientIsFound(Kind kind) {
    for (int seed = 0; seed < 10; seed++) {
      GradientCase drawn = kind.draw(seed);
      for (Gradient gradient : drawn.gradients(session)) {
        long largest = largest(gradient.gradient());
        double right = gradient.gradient().getDouble(largest);
        if (Math.abs(right) > 0.01) {
          assertTrue(agrees(drawn, gradient, largest), drawn.name());
          for (double factor : new double[] {-1, 1 + 1e-5}) {
            gradient.gradient().setDouble(largest, factor * right);
            assertFalse(agrees(drawn, gradient, largest), drawn.name());
          }
        }
      }
    }
  }

  @Test
  void thereAreTwoThousandCases() {
    assertTrue(KINDS.size() * SEEDS >= 2000);
  }

  private static long largest(Tensor tensor) {
    long largest = 0;
    for (long i = 1; i < tensor.size(); i++) {
      largest = Math.abs(tensor.getDouble(i)) > Math.abs(tensor.getDouble(largest)) ? i : largest;
    }
    return largest;
  }

  private static long firstWrong(GradientCase drawn, Gradient gradient) {
    for (long i = 0; i < gradient.gradient().size(); i++) {
      if (!agrees(drawn, gradient, i)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean agrees(GradientCase drawn, Gradient gradient, long i) {
    double actual = gradient.gradient().getDouble(i);
    for (double step : STEPS) {
      double expected = difference(drawn, gradient.tensor(), i, step);
      if (Math.abs(expected - actual) <= TOLERANCE * Math.max(1, Math.abs(actual))) {
        return true;
      }
    }
    return false;
  }

  /** Two central differences, extrapolated: the error is of the fourth order of the step. */
  private static double difference(GradientCase drawn, Tensor at, long i, double step) {
    double coarse = centralDifference(drawn, at, i, step);
    double fine = centralDifference(drawn, at, i, step / 2);
    return fine + (fine - coarse) / 3;
  }

  private static double centralDifference(GradientCase drawn, Tensor at, long i, double step) {
    double x = at.getDouble(i);
    at.setDouble(i, x + step);
    double above = drawn.value(session);
    at.setDouble(i, x - step);
    double below = drawn.value(session);
    at.setDouble(i, x);
    return (above - below) / (2 * step);
  }
}
