// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LinearRequest;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** However few logits there is memory for, cross-entropy from hidden states has the same bits. */
class LinearPiecesTest {
  private static final List<DType> TYPES = List.of(DType.F64, DType.F32, DType.F16, DType.BF16);
  private static final long UNLIMITED = Long.MAX_VALUE;

  /** 130 rows of 33 classes; F32 logits of 64 rows are 8448 bytes. */
  private static final LinearCase CASE =
      LinearCase.of(new Draws(1), DType.F32, 33, 130, 5).withBias();

  private static final long BYTES_OF_64_ROWS = 64 * 33 * Float.BYTES;

  private static Map<String, Tensor> run(LinearCase of, RowKernels kernels, long workspaceBytes) {
    try (LossSession session = new HostSession("small", "small", kernels)) {
      return of.compute(session, workspaceBytes);
    }
  }

  private static List<Long> rowsOfPieces(WatchedKernels kernels) {
    return kernels.tasks().stream()
        .filter(RowKernels.LabelRows.class::isInstance)
        .map(task -> ((RowKernels.LabelRows) task).rows().count())
        .toList();
  }

  @Test
  void everyWorkspaceAndDeviceHasTheSameBits() {
    for (int seed = 0; seed < 60; seed++) {
      for (DType dtype : TYPES) {
        LinearCase of = LinearCase.draw(seed, dtype);
        Map<String, Tensor> expected = run(of, new SmallKernels(UNLIMITED, UNLIMITED), UNLIMITED);
        long row = of.classes().weight().extent(0) * dtype.arithmetic().bytes();
        for (long rows : new long[] {0, 1, 33, 64, 100}) {
          String message = "seed %d, %d rows of %s".formatted(seed, rows, of);
          SmallKernels kernels = new SmallKernels(UNLIMITED, UNLIMITED);
          LinearCase.assertSame(expected, run(of, kernels, rows * row), message);
          SmallKernels small = new SmallKernels(Math.max(32, rows) * row + 1, UNLIMITED);
          LinearCase.assertSame(expected, run(of, small, UNLIMITED), message);
        }
      }
    }
  }

  @Test
  void piecesAreMultiplesOf32RowsThatFitIntoTheWorkspace() {
    record Expected(long workspaceBytes, List<Long> rows) {}
    for (Expected expected :
        List.of(
            new Expected(0, List.of(32L, 32L, 32L, 32L, 2L)),
            new Expected(BYTES_OF_64_ROWS - 1, List.of(32L, 32L, 32L, 32L, 2L)),
            new Expected(BYTES_OF_64_ROWS, List.of(64L, 64L, 2L)),
            new Expected(2 * BYTES_OF_64_ROWS, List.of(128L, 2L)),
            new Expected(UNLIMITED, List.of(130L)))) {
      WatchedKernels watched = new WatchedKernels(0);
      run(CASE, watched.kernels(), expected.workspaceBytes());
      assertEquals(expected.rows(), rowsOfPieces(watched));
    }
  }

  /** Where the hidden states and the parameters are small beside the logits of 32 rows. */
  @Test
  void kernelsSeeNothingLargerThanTheWorkspace() {
    LinearCase of = LinearCase.of(new Draws(2), DType.F32, 300, 1000, 4).withBias();
    WatchedKernels watched = new WatchedKernels(0);
    run(of, watched.kernels(), 0);
    long largest = 0;
    for (Record task : watched.tasks()) {
      List<Tensor> tensors =
          switch (task) {
            case MatrixProduct p -> List.of(p.left().tensor(), p.right().tensor(), p.result());
            case RowKernels.LabelRows c -> List.of(c.input(), c.gradient().destination());
            default -> throw new AssertionError(task);
          };
      for (Tensor tensor : tensors) {
        largest = Math.max(largest, tensor.memory().byteSize());
      }
    }
    assertEquals(LinearRequest.LEAST_ROWS * 300 * Float.BYTES, largest);
  }

  /** Each step of each piece in turn: no row is counted, and no gradient added, a second time. */
  @Test
  void aStepThatFindsNoMemoryIsDoneAgainWithSmallerPieces() {
    Map<String, Tensor> expected = run(CASE, new WatchedKernels(0).kernels(), UNLIMITED);
    for (int failing = 1; failing <= 5; failing++) {
      WatchedKernels watched = new WatchedKernels(failing);
      Map<String, Tensor> actual = run(CASE, watched.kernels(), UNLIMITED);
      LinearCase.assertSame(expected, actual, "call " + failing);
      assertEquals(
          List.of(64L, 64L, 2L), rowsOfPieces(watched).reversed().subList(0, 3).reversed());
    }
    for (int failing = 1; failing <= 10; failing++) {
      WatchedKernels watched = new WatchedKernels(failing);
      Map<String, Tensor> actual = run(CASE, watched.kernels(), BYTES_OF_64_ROWS);
      LinearCase.assertSame(expected, actual, "call " + failing + " of pieces of 64 rows");
    }
  }

  @Test
  void theLeastPieceThatFindsNoMemoryIsAnError() {
    RowKernels kernels = new WatchedKernels(2).kernels();
    Exception e = assertThrows(DeviceMemoryException.class, () -> run(CASE, kernels, 0));
    assertEquals("no memory for call 2", e.getMessage());
  }

  @Test
  void theLeastPieceBeyondTheLargestBufferIsRefused() {
    SmallKernels small = new SmallKernels(32 * 33 * Float.BYTES - 1, UNLIMITED);
    Exception e = assertThrows(InvalidInputException.class, () -> run(CASE, small, UNLIMITED));
    assertEquals(
        "32 rows of 33 classes do not fit into the device's largest buffer of 4,223 bytes",
        e.getMessage());
    assertEquals(List.of(), small.computed());
  }

  @Test
  void fewerRowsNeedASmallerBuffer() {
    LinearCase of = LinearCase.of(new Draws(3), DType.F32, 33, 2, 5);
    SmallKernels small = new SmallKernels(2 * 33 * Float.BYTES, UNLIMITED);
    run(of, small, 0);
    assertEquals(List.of(2L), small.computed().stream().map(Rows::count).toList());
  }

  @Test
  void gradientsThatAreNotWantedAreNotComputed() {
    WatchedKernels watched = new WatchedKernels(0);
    try (LossSession session = new HostSession("small", "small", watched.kernels())) {
      session.linearCrossEntropy(
          new CrossEntropyLoss(), CASE.hidden(), CASE.classes(), CASE.target());
    }
    assertEquals(2, watched.tasks().size());
    assertNull(((RowKernels.LabelRows) watched.tasks().getLast()).gradient());
  }

  /** Each gradient alone has the bits that it has beside the others. */
  @Test
  void everyGradientMayBeWantedAlone() {
    Map<String, Tensor> expected = run(CASE, new WatchedKernels(0).kernels(), 0);
    LinearRequest request = LinearRequest.LOSS.withUpstream(CASE.upstream());
    Tensor hidden = Bits.poisoned(DType.F32, 130, 5);
    Tensor weight = Bits.poisoned(DType.F32, 33, 5);
    Tensor bias = Bits.poisoned(DType.F32, 33);
    WatchedKernels watched = new WatchedKernels(0);
    try (LossSession session = new HostSession("small", "small", watched.kernels())) {
      for (LinearRequest alone :
          List.of(
              request.withHiddenGradient(hidden),
              request.withWeightGradient(weight),
              request.withBiasGradient(bias))) {
        session.linearCrossEntropy(
            CASE.loss(), CASE.hidden(), CASE.classes(), CASE.target(), alone);
      }
    }
    assertEquals(9, watched.tasks().size());
    Bits.assertSame(expected.get("hidden gradient"), hidden, "hidden gradient");
    Bits.assertSame(expected.get("weight gradient"), weight, "weight gradient");
    Bits.assertSame(expected.get("bias gradient"), bias, "bias gradient");
  }
}
