// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.BCEWithLogitsLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Draws;
import io.github.loss4j.host.Workload;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that the backend tornado serves has the bits that plain Java gives. */
@Tag("tornado")
class TornadoSameBitsTest {
  @AutoClose private static final LossSession java = LossBackend.named("cpu").open();
  @AutoClose private static final LossSession tornado = LossBackend.named("tornado").open();

  private static void assertSame(RowShape shape, Function<LossSession, Map<String, Tensor>> work) {
    System.setProperty(RowShape.PROPERTY, shape.name());
    try {
      assertSame(work);
    } finally {
      System.clearProperty(RowShape.PROPERTY);
    }
  }

  private static void assertSame(Function<LossSession, Map<String, Tensor>> work) {
    Map<String, Tensor> expected = work.apply(java);
    Map<String, Tensor> actual = work.apply(tornado);
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach((name, tensor) -> Bits.assertSame(tensor, actual.get(name), name));
  }

  private static final int[] CLASSES = {
    1, 2, 3, 31, 32, 33, 127, 1000, 2047, 2048, 2049, 32000, 50257, 128256
  };

  static Stream<Arguments> shapesAndClasses() {
    return Stream.of(RowShape.values())
        .flatMap(shape -> IntStream.of(CLASSES).mapToObj(classes -> Arguments.of(shape, classes)));
  }

  @ParameterizedTest(name = "{0}, {1} classes")
  @MethodSource("shapesAndClasses")
  void anyNumberOfClasses(RowShape shape, int classes) {
    assertSame(shape, Workload.of(DType.F32, classes, 1, classes)::compute);
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void narrowTypes(DType dtype) {
    for (int classes : new int[] {1, 33, 5000}) {
      assertSame(Workload.of(dtype, classes, 1, classes)::compute);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void stridedRows(DType dtype) {
    for (int classes : new int[] {1, 2, 21, 33, 2100}) {
      assertSame(Workload.of(dtype, classes, 7, classes)::compute);
    }
  }

  @Test
  void randomShapes() {
    Random random = new Random(6);
    for (int i = 0; i < 60; i++) {
      int classes = 1 + random.nextInt(1 << random.nextInt(1, 13));
      RowShape shape = random.nextBoolean() ? RowShape.BY_ROW : RowShape.BY_LANE;
      assertSame(shape, Workload.of(DType.F32, classes, 1 + random.nextInt(4), i)::compute);
    }
  }

  /** More than one call takes. */
  @Test
  void severalPieces() {
    Draws draws = new Draws(3);
    Tensor logits = draws.normal(5, DType.F32, 150, 50257);
    Tensor labels = Tensor.allocate(DType.I64, 150);
    for (int row = 0; row < 150; row++) {
      labels.setLong(row, row * 331L);
    }
    assertSame(
        session -> {
          Tensor gradient = Bits.poisoned(DType.F32, 150, 50257);
          CrossEntropyLoss loss = new CrossEntropyLoss();
          Request request = Request.gradient(gradient).withAccuracy();
          LossResult result = session.evaluate(loss, logits, labels, request);
          return Map.of(
              "loss",
              result.loss(),
              "correct",
              Tensor.of(new long[] {result.totals().correct()}),
              "gradient",
              gradient);
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void binaryCrossEntropyOfLogits(DType dtype) {
    Random random = new Random(8);
    Draws draws = new Draws(9);
    int rows = 60;
    int columns = 41;
    double[] special = {
      0,
      -0.0,
      1,
      88,
      89,
      -104,
      710,
      1e4,
      -1e4,
      1e30,
      -1e30,
      1e-45,
      1e-40,
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY
    };
    Tensor input = draws.normal(20, dtype, rows, columns);
    Tensor target = draws.uniform(dtype, rows, columns);
    for (int i = 0; i < input.size(); i += 3) {
      input.setDouble(i, special[random.nextInt(special.length)]);
      target.setDouble(i, random.nextInt(2));
    }
    Tensor perRow = draws.uniform(dtype, rows, 1);
    Tensor perColumn = draws.normal(2, dtype.arithmetic(), columns);
    for (BCEWithLogitsLoss loss :
        new BCEWithLogitsLoss[] {
          new BCEWithLogitsLoss(null, Reduction.NONE, null),
          new BCEWithLogitsLoss(perRow, Reduction.NONE, perColumn),
          new BCEWithLogitsLoss(perRow, Reduction.MEAN, null)
        }) {
      assertSame(
          session -> {
            Tensor gradient = Bits.poisoned(dtype, rows, columns);
            Tensor targetGradient = Bits.poisoned(dtype, rows, columns);
            Request request = Request.gradient(gradient).withTargetGradient(targetGradient);
            LossResult result = session.evaluate(loss, input, target, request);
            return Map.of(
                "loss", result.loss(), "gradient", gradient, "targets' gradient", targetGradient);
          });
    }
  }
}
