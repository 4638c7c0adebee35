// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.RowStatistic;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Bits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks of rows have the bits of plain Java, which goes row by row. */
@Tag("vectors")
class CrossEntropyBlocksTest {
  static Stream<Arguments> typesAndRows() {
    return Stream.of(DType.F32, DType.BF16, DType.F16)
        .flatMap(dtype -> Stream.of(DrawnRows.values()).map(rows -> Arguments.of(dtype, rows)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("typesAndRows")
  void everyRowHasTheBitsOfPlainJava(DType dtype, DrawnRows rows) {
    try (LossSession plain = JavaKernels.session(Loops.PLAIN);
        LossSession vectors = JavaKernels.session(Loops.VECTOR)) {
      for (long[] shape : DrawnRows.SHAPES) {
        Random random = new Random(shape[1]);
        Tensor logits = Tensor.allocate(dtype, shape);
        for (long i = 0; i < logits.size(); i++) {
          logits.setDouble(i, rows.draw(random));
        }
        long[] ofRows = new long[shape.length - 1];
        ofRows[0] = shape[0];
        System.arraycopy(shape, 2, ofRows, 1, shape.length - 2);
        Tensor labels = Tensor.allocate(DType.I64, ofRows);
        for (long i = 0; i < labels.size(); i++) {
          boolean ignored = i < 100 && random.nextInt(9) == 0; // later blocks have none
          labels.setLong(i, ignored ? -100 : random.nextInt((int) shape[1]));
        }
        compare(plain, vectors, logits, labels, random);
        compareStatistics(plain, vectors, logits, labels);
      }
    }
  }

  private static void compare(
      LossSession plain, LossSession vectors, Tensor logits, Tensor labels, Random random) {
    Tensor weight = Tensor.allocate(DType.F32, logits.extent(1));
    for (long i = 0; i < weight.size(); i++) {
      weight.setDouble(i, random.nextInt(7) == 0 ? 0 : random.nextDouble());
    }
    Tensor upstream = Tensor.allocate(DType.F32, labels.shape());
    for (long i = 0; i < upstream.size(); i++) {
      upstream.setDouble(i, random.nextInt(9) == 0 ? 0 : random.nextGaussian());
    }
    CrossEntropyLoss each = new CrossEntropyLoss().withReduction(Reduction.NONE);
    SoftmaxFocalLoss focal = new SoftmaxFocalLoss().withReduction(Reduction.NONE);
    for (ClassLoss loss :
        new ClassLoss[] {
          new CrossEntropyLoss(),
          each,
          each.withWeight(weight),
          new CrossEntropyLoss().withLabelSmoothing(0.1),
          each.withLabelSmoothing(0.3).withWeight(weight),
          new SoftmaxFocalLoss(),
          focal.withAlpha(weight),
          focal.withGamma(0),
          focal.withGamma(0.5),
          focal.withGamma(3.5).withAlpha(weight)
        }) {
      boolean none = loss.reduction() == Reduction.NONE;
      Tensor want = Tensor.allocate(logits.dtype(), logits.shape());
      Tensor got = Bits.copy(logits);
      LossResult expected =
          plain.evaluate(loss, logits, labels, request(want, none ? upstream : null));
      // In place, as every other row overwrites what the next block must not have read yet.
      LossResult result = vectors.evaluate(loss, got, labels, request(got, none ? upstream : null));
      Bits.assertSame(expected.loss(), result.loss(), logits + " " + loss);
      Bits.assertSame(want, got, logits + " gradient " + loss);
      assertEquals(expected.totals().correct(), result.totals().correct(), logits + " correct");
    }
  }

  /** All at once and each alone, with gradients and without. */
  private static void compareStatistics(
      LossSession plain, LossSession vectors, Tensor logits, Tensor labels) {
    List<Request> requests = new ArrayList<>();
    requests.add(Request.LOSS.withStatistics(RowStatistic.values()));
    requests.add(
        requests.getFirst().withInputGradient(Bits.poisoned(logits.dtype(), logits.shape())));
    for (RowStatistic statistic : RowStatistic.values()) {
      requests.add(Request.LOSS.withStatistics(statistic));
    }
    CrossEntropyLoss loss = new CrossEntropyLoss();
    for (Request request : requests) {
      LossResult expected = plain.evaluate(loss, logits, labels, request);
      LossResult result = vectors.evaluate(loss, logits, labels, request);
      for (RowStatistic statistic : request.statistics()) {
        Bits.assertSame(
            expected.statistic(statistic), result.statistic(statistic), logits + " " + statistic);
      }
    }
  }

  private static Request request(Tensor gradient, @Nullable Tensor upstream) {
    Request request = Request.gradient(gradient).withAccuracy();
    return upstream == null ? request : request.withUpstream(upstream);
  }
}
