// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossSession;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Bits;
import io.github.loss4j.host.HostSession;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses and gradients with the Vector API have the bits of those in plain Java. */
@Tag("vectors")
class FloatVectorGradientTest {
  private static final int ROWS = 24;

  @AutoClose
  private static final LossSession plain =
      new HostSession("cpu", "plain", JavaKernels.open(1, false));

  @AutoClose
  private static final LossSession vectors =
      new HostSession("cpu", "vectors", JavaKernels.open(1, true));

  static Stream<Arguments> typesAndClasses() {
    return Stream.of(DType.F32, DType.BF16, DType.F16)
        .flatMap(
            dtype ->
                Stream.of(1, 2, 15, 16, 31, 32, 33, 65, 1000, 2048, 2049, 5001)
                    .map(classes -> Arguments.of(dtype, classes)));
  }

  @ParameterizedTest(name = "{0}, {1} classes")
  @MethodSource("typesAndClasses")
  void everyGradientHasTheBitsOfPlainJava(DType dtype, int classes) {
    Random random = new Random(classes);
    Tensor weight = Tensor.allocate(DType.F32, classes);
    for (int c = 0; c < classes; c++) {
      weight.setDouble(c, List.of(1.0, 0.0, 0.3, 7.0, 1e-30).get(random.nextInt(5)));
    }
    for (ClassLoss loss :
        List.of(
            new CrossEntropyLoss(),
            new CrossEntropyLoss().withWeight(weight),
            new CrossEntropyLoss().withSoftCap(30).withTemperature(0.7),
            new SoftmaxFocalLoss())) {
      Tensor labels = Tensor.allocate(DType.I64, ROWS);
      for (int row = 0; row < ROWS; row++) {
        labels.setLong(row, row % 7 == 3 ? -100 : random.nextInt(classes));
      }
      Tensor logits = logits(dtype, classes, random);
      Tensor expected = Bits.poisoned(dtype, ROWS, classes);
      plain.evaluate(loss, logits, labels, Request.gradient(expected));
      Tensor gradient = Bits.poisoned(dtype, ROWS, classes);
      vectors.evaluate(loss, logits, labels, Request.gradient(gradient));
      Bits.assertSame(expected, gradient, loss.toString());
      vectors.evaluate(loss, logits, labels, Request.gradient(logits));
      Bits.assertSame(expected, logits, "in place: " + loss);
    }
  }

  /** Gradients that overflow, underflow, or are subnormal where they are tied with the label's. */
  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void everyGradientOfAnExtremeUpstreamHasTheBitsOfPlainJava(DType dtype) {
    double[] scales = {
      3e38, 0x1p126, 0x1p125, -0x1p124, 0x1p110, 1, -0x1p-60, 0x1p-100, 0x1p-120, 0x1p-126, 1e-45, 0
    };
    int classes = 2100;
    Random random = new Random(1);
    Tensor logits = Tensor.allocate(dtype, scales.length * 4L, classes);
    Tensor labels = Tensor.allocate(DType.I64, scales.length * 4L);
    Tensor upstream = Tensor.allocate(DType.F32, scales.length * 4L);
    for (int row = 0; row < scales.length * 4; row++) {
      for (int c = 0; c < classes; c++) {
        double spread = List.of(1, 4, 12, 30).get(row % 4);
        logits.setDouble((long) row * classes + c, spread * random.nextGaussian());
      }
      // So that there are ties.
      int label = random.nextInt(classes);
      int tied = random.nextInt(classes);
      logits.setDouble((long) row * classes + tied, logits.getDouble((long) row * classes + label));
      labels.setLong(row, label);
      upstream.setDouble(row, scales[row / 4]);
    }
    ClassLoss loss = new CrossEntropyLoss().withReduction(Reduction.NONE);
    Tensor expected = Bits.poisoned(dtype, scales.length * 4L, classes);
    plain.evaluate(loss, logits, labels, Request.gradient(expected).withUpstream(upstream));
    vectors.evaluate(loss, logits, labels, Request.gradient(logits).withUpstream(upstream));
    Bits.assertSame(expected, logits, "in place");
  }

  /**
   * Rows of every kind: ordinary, tied, confident, far away, masked, and with NaN or infinities.
   */
  private static Tensor logits(DType dtype, int classes, Random random) {
    Tensor logits = Tensor.allocate(dtype, ROWS, classes);
    for (int row = 0; row < ROWS; row++) {
      for (int c = 0; c < classes; c++) {
        double x = 5 * random.nextGaussian();
        logits.setDouble(
            (long) row * classes + c,
            switch (row % 8) {
              case 0 -> Math.rint(x);
              case 1 -> c == row % classes ? 90 : x;
              case 2 -> 1e8 + 64 * Math.rint(x);
              case 3 -> random.nextBoolean() ? x : Double.NEGATIVE_INFINITY;
              case 4 -> 40 * x;
              case 5 -> row % 3 == 0 && c == 0 ? Double.NaN : x;
              case 6 -> row % 3 == 0 && c == 0 ? Double.POSITIVE_INFINITY : x;
              default -> x;
            });
      }
    }
    return logits;
  }
}
