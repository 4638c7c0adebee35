// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.ClassLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LogSoftmax;
import io.github.loss4j.Loss;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Softmax;
import io.github.loss4j.SoftmaxFocalLoss;
import io.github.loss4j.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/** However small the pieces are that a device takes, every operation gives the same bits. */
class PiecesTest {
  private static final long UNLIMITED = Long.MAX_VALUE;
  private static final List<DType> TYPES = List.of(DType.F32, DType.F64, DType.BF16);
  private static final List<long[]> SHAPES =
      List.of(
          new long[] {33},
          new long[] {7, 33},
          new long[] {3, 33, 5},
          new long[] {2, 33, 2, 3},
          new long[] {9, 1, 4});

  /** Computes something of an input, perhaps over it, and gives all results. */
  private interface Operation {
    List<Tensor> on(LossSession session, Tensor input);
  }

  /** Compares pieces of one row, of odd counts, and of what finds memory, with a single piece. */
  private static void assertSameInPieces(ToIntFunction<Tensor> axis, Operation operation) {
    for (DType dtype : TYPES) {
      for (long[] shape : SHAPES) {
        Tensor input = new Draws(shape.length).normal(3, dtype, shape);
        SmallKernels unlimited = new SmallKernels(UNLIMITED, UNLIMITED);
        List<Tensor> expected = run(operation, input, unlimited);
        long classes = input.extent(axis.applyAsInt(input));
        for (long rows : new long[] {1, 2, 3, 5, 7, 11}) {
          long elements = rows * classes;
          String message = "%d rows at a time of %s".formatted(rows, input);
          SmallKernels small = new SmallKernels(elements * bytes(input) + 1, UNLIMITED);
          assertSame(expected, run(operation, input, small), message);
          assertTrue(
              small.computed().stream().allMatch(piece -> piece.size() <= elements), message);
          SmallKernels full = new SmallKernels(UNLIMITED, elements);
          assertSame(expected, run(operation, input, full), "memory for " + message);
          long bytes = 3 * elements * bytes(input);
          SmallKernels busy = new SmallKernels(bytes, elements, 3);
          assertSame(expected, run(operation, input, busy), "at the same time, " + message);
        }
      }
    }
  }

  private static List<Tensor> run(Operation operation, Tensor input, SmallKernels kernels) {
    try (LossSession session = new HostSession("small", "small", kernels)) {
      return operation.on(session, Bits.copy(input));
    }
  }

  private static void assertSame(List<Tensor> expected, List<Tensor> actual, String message) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      Bits.assertSame(expected.get(i), actual.get(i), "result " + i + ", " + message);
    }
  }

  @Test
  void crossEntropyOfLabels() {
    for (Reduction reduction : Draws.REDUCTIONS) {
      for (double smoothing : new double[] {0, 0.1}) {
        assertSameInPieces(
            ClassLoss::classAxis,
            (session, input) ->
                ofLabels(
                    session,
                    new CrossEntropyLoss(weight(input), -100, reduction, smoothing),
                    input));
      }
    }
  }

  @Test
  void nll() {
    for (Reduction reduction : Draws.REDUCTIONS) {
      assertSameInPieces(
          ClassLoss::classAxis,
          (session, input) ->
              ofLabels(session, new NLLLoss(weight(input), -100, reduction), input));
    }
  }

  @Test
  void crossEntropyOfProbabilities() {
    for (Reduction reduction : Draws.REDUCTIONS) {
      assertSameInPieces(
          ClassLoss::classAxis,
          (session, input) ->
              ofProbabilities(
                  session, new CrossEntropyLoss(weight(input), -100, reduction, 0.1), input));
    }
  }

  @Test
  void focalLoss() {
    for (Reduction reduction : List.of(Reduction.NONE, Reduction.MEAN, Reduction.SUM)) {
      assertSameInPieces(
          ClassLoss::classAxis,
          (session, input) -> ofLabels(session, focalLoss(input, reduction), input));
      assertSameInPieces(
          ClassLoss::classAxis,
          (session, input) -> ofProbabilities(session, focalLoss(input, reduction), input));
    }
  }

  private static Loss focalLoss(Tensor input, Reduction reduction) {
    return new SoftmaxFocalLoss(weight(input), 1.5, -100, reduction);
  }

  @Test
  void normalisations() {
    for (int axis : new int[] {0, -1}) {
      assertSameInPieces(
          new Softmax(axis)::axisOf,
          (session, input) -> {
            Tensor narrow = like(input);
            Tensor wide = Tensor.allocate(input.dtype().arithmetic(), input.shape());
            session.apply(new Softmax(axis), input, narrow);
            session.apply(new LogSoftmax(axis), input, wide);
            session.apply(new Softmax(axis), input, input);
            return List.of(narrow, wide, input);
          });
    }
  }

  @Test
  void gradientsOfNormalisations() {
    for (int axis : new int[] {0, -1}) {
      assertSameInPieces(
          new Softmax(axis)::axisOf,
          (session, input) -> {
            DType arithmetic = input.dtype().arithmetic();
            Tensor upstream = new Draws(6).normal(1, arithmetic, input.shape());
            Tensor narrow = like(input);
            Tensor wide = Tensor.allocate(arithmetic, input.shape());
            session.gradient(new Softmax(axis), input, upstream, narrow);
            session.gradient(new LogSoftmax(axis), input, null, wide);
            session.gradient(new LogSoftmax(axis), input, upstream, input);
            return List.of(narrow, wide, input);
          });
    }
  }

  /** The gradient into other memory and then over the input, and what comes with it. */
  private static List<Tensor> ofLabels(LossSession session, Loss loss, Tensor input) {
    int classes = (int) input.extent(ClassLoss.classAxis(input));
    Tensor labels = new Draws(2).labels(classes, -100, DType.I64, Draws.rowShape(input.shape()));
    List<Tensor> results = new ArrayList<>();
    for (Tensor destination : List.of(like(input), input)) {
      Request request = upstream(loss, input).withAccuracy().withInputGradient(destination);
      results.addAll(tensors(session.evaluate(loss, input, labels, request)));
      results.add(destination);
    }
    return results;
  }

  /** Both gradients into other memory and then over both inputs, and what comes with them. */
  private static List<Tensor> ofProbabilities(LossSession session, Loss loss, Tensor input) {
    Tensor target = new Draws(4).uniform(input.dtype(), input.shape());
    List<Tensor> results = new ArrayList<>();
    for (List<Tensor> to : List.of(List.of(like(input), like(target)), List.of(input, target))) {
      Request request =
          upstream(loss, input).withInputGradient(to.get(0)).withTargetGradient(to.get(1));
      results.addAll(tensors(session.evaluate(loss, input, target, request)));
      results.addAll(to);
    }
    return results;
  }

  private static Request upstream(Loss loss, Tensor input) {
    Tensor upstream = new Draws(5).upstream(loss, input.dtype().arithmetic(), input.shape());
    return Request.LOSS.withUpstream(upstream);
  }

  private static List<Tensor> tensors(LossResult result) {
    long[] counts = {result.totals().rows(), result.totals().ignored(), result.totals().correct()};
    Tensor value = Tensor.scalar(result.value(), DType.F64);
    return List.of(Bits.copy(result.loss()), value, Tensor.of(counts));
  }

  private static Tensor weight(Tensor input) {
    return new Draws(3)
        .uniform(input.dtype().arithmetic(), input.extent(ClassLoss.classAxis(input)));
  }

  private static int bytes(Tensor input) {
    return input.dtype().arithmetic().bytes();
  }

  private static Tensor like(Tensor tensor) {
    return Bits.poisoned(tensor.dtype(), tensor.shape());
  }
}
