// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.LossTotals;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Softmax;
import io.github.loss4j.Tensor;
import io.github.loss4j.cpu.CpuBackend;
import io.github.loss4j.host.Bits;
import io.github.loss4j.host.RowOrder;
import io.github.loss4j.host.Workload;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The promise: the same bits on every backend, in every launch shape, layout, split and thread. */
@RequiresOpenCl
class SameBitsTest {
  private static final int[] CLASSES = {1, 2, 3, 31, 32, 33, 127, 1000, 32000, 50257, 128256};

  /** One pair for all tests: each kernel is compiled once. */
  @AutoClose private static final BothBackends backends = new BothBackends();

  static Stream<Arguments> shapesAndClasses() {
    return Stream.of(LaunchShape.values())
        .flatMap(shape -> IntStream.of(CLASSES).mapToObj(classes -> Arguments.of(shape, classes)));
  }

  @ParameterizedTest(name = "{0}, {1} classes")
  @MethodSource("shapesAndClasses")
  void everyLaunchShapeHasTheBitsOfJava(LaunchShape shape, int classes) {
    backends.assertSame(shape, Workload.of(DType.F32, classes, 1, classes));
  }

  /** Everything that becomes subnormal on the way to a probability, and is 0 further out. */
  @ParameterizedTest
  @EnumSource
  void probabilitiesUnderflowToTheBitsOfJava(LaunchShape shape) {
    for (DType dtype : new DType[] {DType.F32, DType.F64}) {
      int rows = 64;
      int classes = 70;
      Random random = new Random(1);
      Workload ordinary = Workload.of(dtype, classes, 1, 1);
      Tensor logits = Tensor.allocate(dtype, rows, classes);
      Tensor labels = Tensor.allocate(DType.I64, rows);
      for (int row = 0; row < rows; row++) {
        double far = (dtype == DType.F32 ? 80 : 700) + row;
        int largest = random.nextInt(classes);
        for (int c = 0; c < classes; c++) {
          double near = row % 3 == 0 ? random.nextInt(2) : 9 * random.nextDouble();
          logits.setDouble((long) row * classes + c, c == largest ? 0 : near - far);
        }
        labels.setLong(row, row % 4 == 0 ? largest : random.nextInt(classes));
      }
      CrossEntropyLoss loss =
          new CrossEntropyLoss().withLabelSmoothing(0.1).withWeight(ordinary.weight());
      backends.assertSame(
          shape,
          session -> {
            Tensor gradient = Bits.poisoned(dtype, rows, classes);
            session.evaluate(loss, logits, labels, Request.gradient(gradient));
            return Map.of("p", session.apply(new Softmax(1), logits), "gradient", gradient);
          });
    }
  }

  /** Segments are summed by turns in rows by item, of every type and in any number. */
  private static Stream<Arguments> shapesOfSegments() {
    Stream<Arguments> everyShape =
        Stream.of(LaunchShape.values()).map(shape -> Arguments.of(shape, DType.F32, 24, 12_001));
    Stream<Arguments> byItem =
        Stream.of(
            Arguments.of(LaunchShape.BY_ITEM, DType.F64, 24, 12_001),
            Arguments.of(LaunchShape.BY_ITEM, DType.F16, 24, 12_001),
            Arguments.of(LaunchShape.BY_ITEM, DType.BF16, 24, 12_001),
            Arguments.of(LaunchShape.BY_ITEM, DType.F32, 3, 284_101),
            Arguments.of(LaunchShape.BY_ITEM, DType.BF16, 3, 284_101));
    return Stream.concat(everyShape, byItem);
  }

  /** Segments far apart, NaNs of any bits and many ties, in rows of many segments. */
  @ParameterizedTest(name = "{0}, {1}, {2} x {3}")
  @MethodSource("shapesOfSegments")
  void segmentsOfAnyKindHaveTheBitsOfJava(LaunchShape shape, DType dtype, int rows, int classes) {
    Random random = new Random(1);
    Tensor logits = Tensor.allocate(dtype, rows, classes);
    Tensor labels = Tensor.allocate(DType.I64, rows);
    for (int row = 0; row < rows; row++) {
      int far = 0;
      for (int c = 0; c < classes; c++) {
        if (c % RowOrder.SEGMENT == 0) {
          far = row % 3 == 0 ? 40 * random.nextInt(-2, 3) : 0;
        }
        double x = row % 3 == 1 ? random.nextInt(5) : 3 * random.nextGaussian();
        logits.setDouble((long) row * classes + c, far + x);
      }
      if (row % 3 == 2) {
        long any = (long) row * classes + random.nextInt(classes);
        logits.setDouble(any, Double.NaN);
        if (dtype == DType.F32) {
          logits.memory().setAtIndex(ValueLayout.JAVA_INT, any, row << 31 | 0x7fc00000 | row);
        }
      }
      labels.setLong(row, random.nextInt(classes));
    }
    backends.assertSame(
        shape,
        session -> {
          Tensor gradient = Bits.poisoned(dtype, rows, classes);
          session.evaluate(new CrossEntropyLoss(), logits, labels, Request.gradient(gradient));
          return Map.of("p", session.apply(new Softmax(1), logits), "gradient", gradient);
        });
  }

  static Stream<Arguments> shapesAndTypes() {
    return Stream.of(LaunchShape.values())
        .flatMap(
            shape ->
                Stream.of(DType.F64, DType.F16, DType.BF16)
                    .map(dtype -> Arguments.of(shape, dtype)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("shapesAndTypes")
  void everyTypeHasTheBitsOfJava(LaunchShape shape, DType dtype) {
    for (int classes : new int[] {1, 33, 1000, 5000}) {
      backends.assertSame(shape, Workload.of(dtype, classes, 1, classes));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "F16", "BF16"})
  void stridedRowsHaveTheBitsOfJava(DType dtype) {
    for (int classes : new int[] {1, 2, 3, 4, 21, 33, 2100}) {
      backends.assertSame(LaunchShape.BY_POSITION, Workload.of(dtype, classes, 7, classes));
    }
  }

  @Test
  void aRowHasTheSameBitsInEveryLayout() {
    int classes = 2100;
    int inner = 5;
    Workload strided = Workload.of(DType.F32, classes, inner, 1);
    Tensor logits = strided.logits();
    long rows = logits.extent(0) * inner;
    Tensor contiguous = Tensor.allocate(DType.F32, rows, classes);
    for (long i = 0; i < logits.size(); i++) {
      long row = i / ((long) classes * inner) * inner + i % inner;
      long c = i / inner % classes;
      contiguous.setDouble(row * classes + c, logits.getDouble(i));
    }
    CrossEntropyLoss loss =
        new CrossEntropyLoss().withReduction(Reduction.NONE).withLabelSmoothing(0.2);
    for (LossSession session : backends.both()) {
      Bits.assertSame(
          session.evaluate(loss, logits, strided.labels()).loss().reshape(rows),
          session.evaluate(loss, contiguous, strided.labels().reshape(rows)).loss(),
          session.backend());
    }
  }

  @Test
  void everyBatchSplitHasTheSameBits() {
    Workload workload = Workload.of(DType.F32, 3000, 1, 3);
    long rows = workload.logits().extent(0);
    CrossEntropyLoss loss = new CrossEntropyLoss().withWeight(workload.weight());
    // Rows with NaN would make every total NaN.
    Workload finite = workload.slice(7, rows - 7);
    for (LossSession session : backends.both()) {
      LossTotals whole = session.evaluate(loss, finite.logits(), finite.labels()).totals();
      for (int batch = 1; batch <= rows; batch++) {
        LossTotals merged = new LossTotals(loss);
        for (long from = 0; from < rows - 7; from += batch) {
          Workload part = finite.slice(from, Math.min(batch, rows - 7 - from));
          merged.merge(session.evaluate(loss, part.logits(), part.labels()).totals());
        }
        assertEquals(whole.value(), merged.value(), session.backend() + ", batches of " + batch);
        assertEquals(whole.weight(), merged.weight(), session.backend());
      }
      Map<String, Tensor> all = workload.computeAll(session);
      Map<String, Tensor> parts = workload.slice(0, 5).computeAll(session);
      parts.forEach(
          (name, part) -> {
            if (part.rank() > 0) {
              Bits.assertSame(all.get(name).slice(0, 5), part, name);
            }
          });
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void everyNumberOfThreadsHasTheSameBits(DType dtype) {
    Workload workload = Workload.of(dtype, 20_000, 3, 4);
    Map<String, Tensor> expected = onThreads(1, workload);
    for (int threads : new int[] {2, 7}) {
      onThreads(threads, workload)
          .forEach(
              (name, actual) ->
                  Bits.assertSame(expected.get(name), actual, name + ", threads " + threads));
    }
  }

  private static Map<String, Tensor> onThreads(int threads, Workload workload) {
    System.setProperty(CpuBackend.THREADS, Integer.toString(threads));
    try (LossSession session = LossBackend.named("cpu").open()) {
      return workload.computeAll(session);
    } finally {
      System.clearProperty(CpuBackend.THREADS);
    }
  }
}
