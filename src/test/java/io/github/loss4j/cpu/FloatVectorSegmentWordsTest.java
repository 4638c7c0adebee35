// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LogSoftmax;
import io.github.loss4j.LossSession;
import io.github.loss4j.Normalization;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Softmax;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Bits;
import io.github.loss4j.host.HostSession;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is computed of whole segments with the Vector API has the bits of plain Java. */
@Tag("vectors")
class FloatVectorSegmentWordsTest {
  private static final int ROWS = 16;

  @AutoClose
  private static final LossSession plain =
      new HostSession("cpu", "plain", JavaKernels.open(1, false));

  @AutoClose
  private static final LossSession vectors =
      new HostSession("cpu", "vectors", JavaKernels.open(1, true));

  private final Random random = new Random(1);

  static Stream<Arguments> typesAndClasses() {
    return Stream.of(DType.F32, DType.BF16, DType.F16)
        .flatMap(
            dtype ->
                IntStream.concat(
                        IntStream.rangeClosed(1, 70), IntStream.of(1000, 2047, 2048, 2049, 5001))
                    .mapToObj(classes -> Arguments.of(dtype, classes)));
  }

  @ParameterizedTest(name = "{0}, {1} classes")
  @MethodSource("typesAndClasses")
  void normalizations(DType dtype, int classes) {
    for (Normalization function : List.of(new Softmax(1), new LogSoftmax(1))) {
      assertSameNormalization(function, logits(dtype, ROWS, classes));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void normalizationsAcrossStrides(DType dtype) {
    for (Normalization function : List.of(new Softmax(1), new LogSoftmax(1))) {
      assertSameNormalization(function, logits(dtype, 2, 37, 11));
    }
  }

  private void assertSameNormalization(Normalization function, Tensor x) {
    Tensor expected = Bits.poisoned(x.dtype(), x.shape());
    Tensor actual = Bits.poisoned(x.dtype(), x.shape());
    plain.apply(function, x, expected);
    vectors.apply(function, x, actual);
    Bits.assertSame(expected, actual, function.toString());
    Tensor upstream = logits(x.dtype().arithmetic(), x.shape());
    for (Tensor given : new Tensor[] {null, upstream}) {
      plain.gradient(function, x, given, expected);
      vectors.gradient(function, x, given, actual);
      Bits.assertSame(expected, actual, "gradient of " + function);
    }
    vectors.gradient(function, x, upstream, x);
    Bits.assertSame(expected, x, "in place, gradient of " + function);
  }

  @ParameterizedTest(name = "{0}, {1} classes")
  @MethodSource("typesAndClasses")
  void probabilityTargets(DType dtype, int classes) {
    Tensor targets = Tensor.allocate(dtype, ROWS, classes);
    for (long i = 0; i < targets.size(); i++) {
      targets.setDouble(i, random.nextInt(4) == 0 ? random.nextInt(2) : random.nextDouble());
    }
    for (CrossEntropyLoss loss : losses(classes)) {
      Tensor x = logits(dtype, ROWS, classes);
      assertSameLoss(loss, x, targets, Bits.poisoned(dtype, ROWS, classes));
    }
  }

  @ParameterizedTest(name = "{0}, {1} classes")
  @MethodSource("typesAndClasses")
  void smoothedLabels(DType dtype, int classes) {
    Tensor labels = Tensor.allocate(DType.I64, ROWS);
    for (int row = 0; row < ROWS; row++) {
      labels.setLong(row, row % 7 == 3 ? -100 : random.nextInt(classes));
    }
    for (CrossEntropyLoss loss : losses(classes)) {
      assertSameLoss(loss.withLabelSmoothing(0.1), logits(dtype, ROWS, classes), labels, null);
    }
  }

  private List<CrossEntropyLoss> losses(int classes) {
    Tensor weight = Tensor.allocate(DType.F32, classes);
    for (int c = 0; c < classes; c++) {
      weight.setDouble(c, List.of(1.0, 0.0, 0.3, 7.0, 1e-30).get(random.nextInt(5)));
    }
    CrossEntropyLoss loss = new CrossEntropyLoss();
    return List.of(
        loss,
        loss.withWeight(weight).withLabelSmoothing(0.3),
        loss.withZLoss(0.01),
        loss.withSoftCap(30).withTemperature(0.7));
  }

  private static void assertSameLoss(
      CrossEntropyLoss loss, Tensor x, Tensor target, Tensor targetGradient) {
    Tensor[][] gradients = new Tensor[2][2];
    Tensor[] losses = new Tensor[2];
    for (int i = 0; i < 2; i++) {
      LossSession session = i == 0 ? plain : vectors;
      gradients[i][0] = Bits.poisoned(x.dtype(), x.shape());
      Request request = Request.gradient(gradients[i][0]);
      if (targetGradient != null) {
        gradients[i][1] = Bits.poisoned(target.dtype(), target.shape());
        request = request.withTargetGradient(gradients[i][1]);
      }
      losses[i] = session.evaluate(loss.withReduction(Reduction.NONE), x, target, request).loss();
    }
    Bits.assertSame(losses[0], losses[1], loss.toString());
    Bits.assertSame(gradients[0][0], gradients[1][0], "gradient of " + loss);
    if (targetGradient != null) {
      Bits.assertSame(gradients[0][1], gradients[1][1], "target gradient of " + loss);
    }
  }

  /** Rows of every kind: ordinary, tied, confident, far away, masked, with NaN or infinities. */
  private Tensor logits(DType dtype, long... shape) {
    Tensor logits = Tensor.allocate(dtype, shape);
    long classes = shape[1];
    long inner = shape.length > 2 ? shape[2] : 1;
    for (long i = 0; i < logits.size(); i++) {
      long row = i / (classes * inner) * inner + i % inner;
      long c = i / inner % classes;
      double x = 5 * random.nextGaussian();
      logits.setDouble(
          i,
          switch ((int) (row % 9)) {
            case 0 -> Math.rint(x);
            case 1 -> c == row % classes ? 90 : x;
            case 2 -> 1e8 + 64 * Math.rint(x);
            case 3 -> random.nextBoolean() ? x : Double.NEGATIVE_INFINITY;
            case 4 -> 40 * x;
            case 5 -> row < 9 && c == classes / 2 ? Double.NaN : x;
            case 6 -> row < 9 && c == 0 ? Double.POSITIVE_INFINITY : x;
            case 7 -> -0.0;
            default -> x;
          });
    }
    return logits;
  }
}
