// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Draws;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * What the elementwise losses have in common: broadcasting, reductions, types, destinations. Their
 * values are compared with PyTorch's in the conformance cases.
 */
class ElementLossTest {
  private static final BCEWithLogitsLoss NONE =
      new BCEWithLogitsLoss().withReduction(Reduction.NONE);
  private static final List<ElementLoss> ALL =
      List.of(
          new BCELoss(),
          new BCEWithLogitsLoss(),
          new KLDivLoss(),
          new KLDivLoss().withLogTarget(true),
          new SigmoidFocalLoss().withReduction(Reduction.MEAN));

  @AutoClose private final LossSession session = LossBackend.named("cpu").open();
  private final Draws draws = new Draws(7);

  /** A loss and both gradients. */
  private record Computed(Tensor loss, Tensor gradient, Tensor targetGradient) {}

  private Computed compute(ElementLoss loss, Tensor input, Tensor target) {
    Tensor gradient = Bits.poisoned(input.dtype(), input.shape());
    Tensor targetGradient = Bits.poisoned(target.dtype(), target.shape());
    Request request = Request.gradient(gradient).withTargetGradient(targetGradient);
    Tensor value = session.evaluate(loss, input, target, request).loss();
    return new Computed(value, gradient, targetGradient);
  }

  private static void assertSame(Computed expected, Computed actual, String message) {
    Bits.assertSame(expected.loss(), actual.loss(), message);
    Bits.assertSame(expected.gradient(), actual.gradient(), message + ", gradient");
    Bits.assertSame(
        expected.targetGradient(), actual.targetGradient(), message + ", target gradient");
  }

  /** A tensor written out to a shape, one index at a time. */
  private static Tensor expand(Tensor tensor, long... shape) {
    Tensor whole = Tensor.allocate(tensor.dtype(), shape);
    for (long i = 0; i < whole.size(); i++) {
      long rest = i;
      long at = 0;
      long stride = 1;
      for (int back = 1; back <= shape.length; back++) {
        long index = rest % shape[shape.length - back];
        rest /= shape[shape.length - back];
        if (back <= tensor.rank()) {
          long extent = tensor.extent(tensor.rank() - back);
          at += (extent == 1 ? 0 : index) * stride;
          stride *= extent;
        }
      }
      whole.setDouble(i, tensor.getDouble(at));
    }
    return whole;
  }

  @Test
  void aRepeatedWeightIsAsGoodAsOneWrittenOut() {
    long[] shape = {2, 3, 4, 5};
    Tensor input = draws.normal(3, DType.F32, shape);
    Tensor target = draws.uniform(DType.F32, shape);
    long[][] shapes = {
      {},
      {1},
      {5},
      {4, 5},
      {4, 1},
      {3, 1, 1},
      {3, 4, 1},
      {2, 1, 1, 1},
      {1, 3, 1, 5},
      {2, 1, 4, 1},
      {2, 3, 4, 5},
      {2, 1, 1, 5},
      {1, 1, 1, 1}
    };
    for (long[] repeated : shapes) {
      Tensor weight = draws.uniform(DType.F32, repeated);
      Tensor whole = expand(weight, shape);
      assertSame(
          compute(NONE.withWeight(whole), input, target),
          compute(NONE.withWeight(weight), input, target),
          "weight " + weight);
      assertSame(
          compute(NONE.withPosWeight(whole), input, target),
          compute(NONE.withPosWeight(weight), input, target),
          "posWeight " + weight);
    }
  }

  @Test
  void klDivergenceBroadcastsBothAndSumsTheirGradients() {
    KLDivLoss loss = new KLDivLoss().withReduction(Reduction.NONE);
    Tensor input = draws.normal(1, DType.F64, 3, 1, 5);
    Tensor target = draws.uniform(DType.F64, 2, 3, 4, 1);
    long[] shape = {2, 3, 4, 5};
    Computed whole = compute(loss, expand(input, shape), expand(target, shape));
    Computed repeated = compute(loss, input, target);
    Bits.assertSame(whole.loss(), repeated.loss(), "loss");
    assertArrayEquals(
        sums(whole.gradient(), i -> i / 20 % 3 * 5 + i % 5, 15),
        repeated.gradient().toDoubleArray(),
        1e-13);
    assertArrayEquals(
        sums(whole.targetGradient(), i -> i / 5, 24),
        repeated.targetGradient().toDoubleArray(),
        1e-13);
  }

  private static double[] sums(Tensor whole, Function<Integer, Integer> place, int size) {
    double[] sums = new double[size];
    for (int i = 0; i < whole.size(); i++) {
      sums[place.apply(i)] += whole.getDouble(i);
    }
    return sums;
  }

  @Test
  void batchmeanDividesByTheFirstExtentAndMerges() {
    KLDivLoss loss = new KLDivLoss().withReduction(Reduction.BATCHMEAN);
    Tensor input = draws.normal(1, DType.F64, 6, 4);
    Tensor target = draws.uniform(DType.F64, 6, 4);
    double sum = session.evaluate(loss.withReduction(Reduction.SUM), input, target).value();
    assertEquals(sum / 6, session.evaluate(loss, input, target).value());
    LossTotals totals = new LossTotals(loss);
    for (int row : new int[] {4, 0, 2}) {
      totals.merge(session.evaluate(loss, input.slice(row, 2), target.slice(row, 2)).totals());
    }
    assertEquals(sum / 6, totals.value());
    assertEquals(24, totals.rows());
  }

  @Test
  void gradientsMayOverwriteInputAndTarget() {
    for (ElementLoss loss : ALL) {
      for (DType dtype : List.of(DType.F32, DType.F64, DType.F16, DType.BF16)) {
        Tensor input = draws.uniform(dtype, 30, 7);
        Tensor target = draws.uniform(dtype, 30, 7);
        Computed apart = compute(loss, input, target);
        Request inPlace = Request.gradient(input).withTargetGradient(target);
        Tensor value = session.evaluate(loss, input, target, inPlace).loss();
        assertSame(apart, new Computed(value, input, target), loss + " " + dtype);
      }
    }
  }

  @Test
  void narrowTypesAreComputedInF32() {
    for (ElementLoss loss : ALL) {
      for (DType dtype : List.of(DType.F16, DType.BF16)) {
        Tensor input = draws.uniform(dtype, 9, 5);
        Tensor target = draws.uniform(dtype, 9, 5);
        Tensor gradient = Tensor.allocate(DType.F32, 9, 5);
        Tensor wideGradient = Tensor.allocate(DType.F32, 9, 5);
        Tensor wide = Tensor.of(input.toFloatArray(), 9, 5);
        Tensor wideTarget = Tensor.of(target.toFloatArray(), 9, 5);
        Bits.assertSame(
            session.evaluate(loss, wide, wideTarget, Request.gradient(wideGradient)).loss(),
            session.evaluate(loss, input, target, Request.gradient(gradient)).loss(),
            loss + " " + dtype);
        Bits.assertSame(wideGradient, gradient, loss + " " + dtype);
      }
    }
  }

  @Test
  void wideTargetsMakeTheComputationWide() {
    Tensor input = draws.normal(1, DType.F32, 5, 3);
    Tensor target = draws.uniform(DType.F64, 5, 3);
    Tensor wideInput = Tensor.of(input.toDoubleArray(), 5, 3);
    for (ElementLoss loss : ALL.subList(1, ALL.size())) {
      Tensor value = session.evaluate(loss, input, target).loss();
      assertEquals(DType.F64, value.dtype());
      Bits.assertSame(session.evaluate(loss, wideInput, target).loss(), value, loss.toString());
    }
  }

  @Test
  void upstreamGradientsMultiply() {
    Tensor input = draws.uniform(DType.F64, 4, 3);
    Tensor target = draws.uniform(DType.F64, 4, 3);
    for (ElementLoss loss : ALL) {
      Computed one = compute(loss, input, target);
      Tensor gradient = Tensor.allocate(DType.F64, 4, 3);
      Tensor targetGradient = Tensor.allocate(DType.F64, 4, 3);
      Request request =
          Request.gradient(gradient)
              .withTargetGradient(targetGradient)
              .withUpstream(Tensor.scalar(-8, DType.F64));
      session.evaluate(loss, input, target, request);
      for (int i = 0; i < 12; i++) {
        assertEquals(-8 * one.gradient().getDouble(i), gradient.getDouble(i));
        assertEquals(-8 * one.targetGradient().getDouble(i), targetGradient.getDouble(i));
      }
    }
  }

  @Test
  void emptyInputs() {
    Tensor none = Tensor.allocate(DType.F32, 0, 3);
    for (ElementLoss loss : ALL) {
      assertEquals(Double.NaN, compute(loss, none, none).loss().getDouble(0), loss.toString());
    }
    assertEquals(0, compute(new BCELoss(null, Reduction.SUM), none, none).loss().getDouble(0));
    // A row that is repeated no times has the gradient of an empty sum.
    Computed repeated = compute(new KLDivLoss(), none, Tensor.allocate(DType.F32, 1, 3));
    assertArrayEquals(new double[3], repeated.targetGradient().toDoubleArray());
  }

  @Test
  void scalars() {
    Tensor half = Tensor.scalar(0.5, DType.F64);
    assertEquals(Math.log(2), compute(new BCELoss(), half, half).loss().getDouble(0), 1e-15);
  }
}
