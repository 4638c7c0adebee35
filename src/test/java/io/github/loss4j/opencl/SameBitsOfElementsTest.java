// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.BCELoss;
import io.github.loss4j.BCEWithLogitsLoss;
import io.github.loss4j.DType;
import io.github.loss4j.ElementLoss;
import io.github.loss4j.KLDivLoss;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.SigmoidFocalLoss;
import io.github.loss4j.Tensor;
import io.github.loss4j.cpu.CpuBackend;
import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Draws;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same bits from every elementwise loss on every backend, in every split and thread. */
@RequiresOpenCl
class SameBitsOfElementsTest {
  private static final int COLUMNS = 40;
  private static final int ROWS = 101;
  private static final double[] SPECIAL = {
    0,
    1,
    -1,
    0.5,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    1e-45,
    -1e-45,
    1e-40,
    2e-38,
    -2e-38,
    88,
    89,
    -88,
    -104,
    100,
    -100,
    710,
    -746,
    1e4,
    -1e4,
    1e30,
    -1e30,
    3e38
  };

  @AutoClose private final LossSession java = LossBackend.named("cpu").open();
  @AutoClose private final LossSession opencl = LossBackend.named("opencl").open();

  /** Computes one element at a time, where a CPU device computes several. */
  @AutoClose
  private final LossSession asGpu = new OpenClSession(ClContext.open(TestKernels.device(true)));

  private final Random random = new Random(5);

  private static List<ElementLoss> losses(DType dtype) {
    Draws draws = new Draws(11);
    Tensor perColumn = draws.normal(2, dtype.arithmetic(), COLUMNS);
    Tensor perRow = draws.uniform(dtype, ROWS, 1);
    List<ElementLoss> losses = new ArrayList<>();
    for (double gamma : new double[] {0, 0.5, 1, 2, 3.7, -1}) {
      losses.add(new SigmoidFocalLoss(0.25, gamma, Reduction.NONE));
      losses.add(new SigmoidFocalLoss(-1, gamma, Reduction.NONE));
    }
    losses.add(new BCEWithLogitsLoss(null, Reduction.NONE, null));
    losses.add(new BCEWithLogitsLoss(perRow, Reduction.NONE, perColumn));
    losses.add(new KLDivLoss(Reduction.NONE, false));
    losses.add(new KLDivLoss(Reduction.NONE, true));
    return losses;
  }

  private Tensor draw(DType dtype, double deviation) {
    Tensor tensor = Tensor.allocate(dtype, ROWS, COLUMNS);
    for (long i = 0; i < tensor.size(); i++) {
      boolean special = random.nextInt(4) == 0;
      tensor.setDouble(
          i,
          special
              ? SPECIAL[random.nextInt(SPECIAL.length)]
              : deviation * random.nextGaussian() * Math.exp(2 * random.nextGaussian()));
    }
    return tensor;
  }

  private Tensor drawProbabilities(DType dtype) {
    Tensor tensor = Tensor.allocate(dtype, ROWS, COLUMNS);
    for (long i = 0; i < tensor.size(); i++) {
      double x = random.nextDouble();
      tensor.setDouble(
          i,
          switch (random.nextInt(6)) {
            case 0 -> random.nextInt(2);
            case 1 -> Math.scalb(x, -random.nextInt(150));
            case 2 -> 1 - Math.scalb(x, -random.nextInt(50));
            default -> x;
          });
    }
    return tensor;
  }

  private static List<Tensor> compute(
      LossSession session, ElementLoss loss, Tensor input, Tensor target, boolean gradients) {
    Tensor gradient = Bits.poisoned(input.dtype(), input.shape());
    Tensor targetGradient = Bits.poisoned(target.dtype(), target.shape());
    Request request =
        gradients
            ? Request.gradient(gradient).withTargetGradient(targetGradient)
            : Request.gradient(gradient);
    return List.of(session.evaluate(loss, input, target, request).loss(), gradient, targetGradient);
  }

  private void assertSame(ElementLoss loss, Tensor input, Tensor target) {
    for (boolean gradients : new boolean[] {false, true}) {
      List<Tensor> expected = compute(java, loss, input, target, gradients);
      for (LossSession session : List.of(opencl, asGpu)) {
        List<Tensor> actual = compute(session, loss, input, target, gradients);
        for (int i = 0; i < expected.size(); i++) {
          String message = "%s of %s, result %d of %s".formatted(loss, input, i, session);
          Bits.assertSame(expected.get(i), actual.get(i), message);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "F16", "BF16"})
  void everyLossHasTheBitsOfJava(DType dtype) {
    for (ElementLoss loss : losses(dtype)) {
      assertSame(loss, draw(dtype, 3), draw(dtype, 1));
      assertSame(loss, draw(dtype, 3), drawProbabilities(dtype));
    }
    Tensor weight = new Draws(2).uniform(dtype, 1, COLUMNS);
    assertSame(
        new BCELoss(weight, Reduction.NONE), drawProbabilities(dtype), drawProbabilities(dtype));
  }

  @Test
  void typesMayDiffer() {
    assertSame(
        new KLDivLoss(Reduction.NONE, false), draw(DType.BF16, 3), drawProbabilities(DType.F64));
    assertSame(
        new SigmoidFocalLoss(0.5, 2, Reduction.NONE),
        draw(DType.F32, 3),
        drawProbabilities(DType.F16));
  }

  @Test
  void operandsMayBeRepeated() {
    KLDivLoss loss = new KLDivLoss(Reduction.MEAN, false);
    Tensor row = drawProbabilities(DType.F32).slice(0, 1);
    Tensor column = draw(DType.F32, 3).reshape(ROWS * COLUMNS).slice(0, ROWS).reshape(ROWS, 1);
    assertSame(loss, draw(DType.F32, 3), row);
    assertSame(loss, column, drawProbabilities(DType.F32));
    assertSame(loss, column, row);
  }

  @Test
  void everySplitAndEveryNumberOfThreadsHasTheSameBits() {
    Draws draws = new Draws(3);
    Tensor input = draws.normal(3, DType.F32, 3000, COLUMNS);
    Tensor target = draws.uniform(DType.F32, 3000, COLUMNS);
    BCEWithLogitsLoss loss =
        new BCEWithLogitsLoss(null, Reduction.NONE, draws.uniform(DType.F32, COLUMNS));
    List<Tensor> whole = compute(java, loss, input, target, true);
    for (int threads : new int[] {1, 2, 7}) {
      System.setProperty(CpuBackend.THREADS, Integer.toString(threads));
      try (LossSession session = LossBackend.named("cpu").open()) {
        Bits.assertSame(
            whole.get(1), compute(session, loss, input, target, true).get(1), "threads " + threads);
      } finally {
        System.clearProperty(CpuBackend.THREADS);
      }
    }
    for (LossSession session : List.of(java, opencl, asGpu)) {
      for (long from = 0; from < 3000; from += 700) {
        long rows = Math.min(700, 3000 - from);
        List<Tensor> part =
            compute(session, loss, input.slice(from, rows), target.slice(from, rows), true);
        for (int i = 0; i < part.size(); i++) {
          Bits.assertSame(whole.get(i).slice(from, rows), part.get(i), "rows from " + from);
        }
      }
    }
  }
}
