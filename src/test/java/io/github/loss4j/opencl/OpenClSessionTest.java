// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.BCELoss;
import io.github.loss4j.BCEWithLogitsLoss;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.ElementLoss;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.KLDivLoss;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossResult;
import io.github.loss4j.LossSession;
import io.github.loss4j.NLLLoss;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.SigmoidFocalLoss;
import io.github.loss4j.Softmax;
import io.github.loss4j.Tensor;
import io.github.loss4j.eval.Evaluation;
import io.github.loss4j.eval.EvaluationOptions;
import io.github.loss4j.eval.Metric;
import io.github.loss4j.host.Bits;
import io.github.loss4j.host.Draws;
import io.github.loss4j.host.LinearCase;
import io.github.loss4j.host.Workload;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jocl.CL;
import org.jocl.cl_buffer_region;
import org.jocl.cl_mem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors in buffers of the caller's own: used where they are, with the bits of host tensors. */
@RequiresOpenCl
class OpenClSessionTest {
  private static final int ROWS = 60;
  private static final int CLASSES = 1000;
  private static final CrossEntropyLoss LOSS = new CrossEntropyLoss();
  private static final long UNLIMITED = Long.MAX_VALUE;

  private final Draws draws = new Draws(4);
  private final Tensor logits = draws.normal(3, DType.F32, ROWS, CLASSES);
  private final Tensor labels = draws.labels(CLASSES, -100, DType.I64, ROWS);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingOfLogitsAndGradientIsCopied(boolean separate) {
    try (CallerContext caller = CallerContext.open(TestKernels.device(separate))) {
      Tensor resident = caller.resident(logits);
      Tensor gradient = caller.resident(DType.F32, ROWS, CLASSES);
      caller.bytesToDevice();

      LossResult result =
          caller.session.evaluate(LOSS, resident, labels, Request.gradient(gradient));
      assertEquals(4L * ROWS, caller.bytesToDevice(), "the labels, of four bytes");
      assertEquals(4L * ROWS, caller.bytesFromDevice(), "the losses of the rows");

      Tensor onHost = Tensor.allocate(DType.F32, ROWS, CLASSES);
      try (LossSession java = LossBackend.named("cpu").open()) {
        LossResult expected = java.evaluate(LOSS, logits, labels, Request.gradient(onHost));
        assertEquals(expected.value(), result.value());
      }
      Bits.assertSame(onHost, gradient.toHost(), "gradient");
      Bits.assertSame(logits, resident.toHost(), "the logits are as they were");
      assertEquals(2 * 4L * ROWS * CLASSES, caller.bytesFromDevice(), "these two copies");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsCopiedInPlace(boolean separate) {
    try (CallerContext caller = CallerContext.open(TestKernels.device(separate))) {
      Tensor resident = caller.resident(logits);
      caller.bytesToDevice();
      caller.session.evaluate(LOSS, resident, labels, Request.gradient(resident));
      caller.session.apply(new Softmax(1), resident, resident);
      assertEquals(4L * ROWS, caller.bytesToDevice());
      assertEquals(4L * ROWS, caller.bytesFromDevice());
      try (LossSession java = LossBackend.named("cpu").open()) {
        Tensor expected = Bits.copy(logits);
        java.evaluate(LOSS, expected, labels, Request.gradient(expected));
        java.apply(new Softmax(1), expected, expected);
        Bits.assertSame(expected, resident.toHost(), "in place");
      }
    }
  }

  @Test
  void ofLabelsOnTheDeviceOnlyTheyAreCopied() {
    try (CallerContext caller = CallerContext.open(TestKernels.device(true))) {
      Tensor resident = caller.resident(logits);
      Tensor residentLabels = caller.resident(labels);
      caller.bytesToDevice();
      double value = caller.session.evaluate(LOSS, resident, residentLabels).value();
      assertEquals(4L * ROWS, caller.bytesToDevice());
      assertEquals((8L + 4) * ROWS, caller.bytesFromDevice(), "labels there, losses back");
      assertEquals(caller.session.evaluate(LOSS, logits, labels).value(), value);
    }
  }

  @Test
  void anEvaluationTakesWhatIsOnTheDevice() {
    EvaluationOptions options = EvaluationOptions.DEFAULT.withMetrics(Metric.ACCURACY, Metric.RANK);
    try (CallerContext caller = CallerContext.open(TestKernels.device(true));
        LossSession java = LossBackend.named("cpu").open()) {
      Evaluation expected = new Evaluation(java, LOSS, CLASSES, options);
      expected.append(logits, labels);
      Tensor resident = caller.resident(logits);
      caller.bytesToDevice();
      Evaluation evaluation = new Evaluation(caller.session, LOSS, CLASSES, options);
      evaluation.append(resident, labels);
      assertArrayEquals(expected.totals().toBytes(), evaluation.totals().toBytes());
      assertEquals(4L * ROWS, caller.bytesToDevice(), "the labels");
    }
  }

  @Test
  void hostAndDeviceTensorsMix() {
    try (CallerContext caller = CallerContext.open(TestKernels.device(true))) {
      Tensor fromHost = caller.resident(DType.F32, ROWS, CLASSES);
      Tensor resident = caller.resident(logits);
      Tensor toHost = Tensor.allocate(DType.F32, ROWS, CLASSES);
      caller.bytesToDevice();
      caller.session.evaluate(LOSS, logits, labels, Request.gradient(fromHost));
      assertEquals(4L * ROWS * CLASSES + 4L * ROWS, caller.bytesToDevice());
      caller.session.evaluate(LOSS, resident, labels, Request.gradient(toHost));
      assertEquals(4L * ROWS, caller.bytesToDevice());
      Bits.assertSame(toHost, fromHost.toHost(), "gradient");
    }
  }

  @Test
  void aBadLabelOnTheDeviceIsRefusedWithItsRow() {
    labels.setLong(7, CLASSES);
    try (CallerContext caller = CallerContext.open(TestKernels.device(false))) {
      Tensor residentLabels = caller.resident(labels);
      Tensor gradient = caller.resident(logits);
      String message =
          refused(
              () ->
                  caller.session.evaluate(
                      LOSS, caller.resident(logits), residentLabels, Request.gradient(gradient)));
      assertTrue(message.startsWith("row 7 has label 1000, but labels must be from 0 to 999"));
      Bits.assertSame(logits, gradient.toHost(), "nothing was written");
    }
  }

  static Stream<Arguments> shapesAndTypes() {
    return Stream.concat(
        Stream.of(LaunchShape.values()).map(shape -> Arguments.of(shape, DType.F32)),
        Stream.of(DType.F64, DType.F16, DType.BF16)
            .map(dtype -> Arguments.of(LaunchShape.BY_ITEM, dtype)));
  }

  /** Beginning anywhere in a buffer; the session on the host is the oracle's, in other tests. */
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("shapesAndTypes")
  void everythingHasTheBitsOfHostTensors(LaunchShape shape, DType dtype) {
    System.setProperty(LaunchShape.PROPERTY, shape.name());
    try (CallerContext caller = CallerContext.open(TestKernels.device(false));
        LossSession java = LossBackend.named("cpu").open()) {
      for (Workload workload :
          List.of(Workload.of(dtype, 2100, 1, 1), Workload.of(dtype, 33, 3, 2))) {
        Map<String, Tensor> expected = workload.compute(java);
        expected.putAll(workload.computeFurtherBriefly(java));
        Map<String, Tensor> actual = workload.compute(new ResidentSession(caller));
        actual.putAll(workload.computeFurtherBriefly(new ResidentSession(caller)));
        expected.forEach((name, tensor) -> Bits.assertSame(tensor, actual.get(name), name));
      }
    } finally {
      System.clearProperty(LaunchShape.PROPERTY);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void elementwiseLossesHaveTheBitsOfHostTensors(DType dtype) {
    Tensor input = draws.uniform(dtype, 50, 30);
    Tensor target = draws.uniform(dtype, 50, 30);
    Tensor perColumn = draws.uniform(dtype.arithmetic(), 30);
    Tensor row = target.slice(3, 1);
    try (CallerContext caller = CallerContext.open(TestKernels.device(true));
        LossSession java = LossBackend.named("cpu").open()) {
      LossSession resident = new ResidentSession(caller);
      BCEWithLogitsLoss weighted =
          new BCEWithLogitsLoss(
              caller.resident(perColumn), Reduction.NONE, caller.resident(target));
      Tensor gradient = Bits.poisoned(dtype, 50, 30);
      Tensor expected = Bits.poisoned(dtype, 50, 30);
      resident.evaluate(weighted, input, target, Request.gradient(gradient));
      java.evaluate(
          new BCEWithLogitsLoss(perColumn, Reduction.NONE, target),
          input,
          target,
          Request.gradient(expected));
      Bits.assertSame(expected, gradient, "weights on the device");
      assertSame(java, resident, new BCELoss(perColumn, Reduction.MEAN), input, target);
      assertSame(java, resident, new SigmoidFocalLoss(), input, target);
      assertSame(java, resident, new KLDivLoss(Reduction.SUM, false), input, target);
      assertSame(java, resident, new KLDivLoss(Reduction.NONE, false), input, row);
      assertSame(java, resident, new KLDivLoss(Reduction.NONE, false), row, input);
    }
  }

  private static void assertSame(
      LossSession java, LossSession resident, ElementLoss loss, Tensor input, Tensor target) {
    Tensor[] gradients = new Tensor[4];
    Tensor[] losses = new Tensor[2];
    for (int i = 0; i < 2; i++) {
      gradients[2 * i] = Bits.poisoned(input.dtype(), input.shape());
      gradients[2 * i + 1] = Bits.poisoned(target.dtype(), target.shape());
      Request request = Request.gradient(gradients[2 * i]);
      if (!(loss instanceof BCELoss)) {
        request = request.withTargetGradient(gradients[2 * i + 1]);
      }
      losses[i] = (i == 0 ? java : resident).evaluate(loss, input, target, request).loss();
    }
    Bits.assertSame(losses[0], losses[1], loss + " loss");
    Bits.assertSame(gradients[0], gradients[2], loss + " gradient");
    Bits.assertSame(gradients[1], gradients[3], loss + " target gradient");
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16"})
  void lossesOfHiddenStatesHaveTheBitsOfHostTensors(DType dtype) {
    try (CallerContext caller = CallerContext.open(TestKernels.device(true));
        LossSession java = LossBackend.named("cpu").open()) {
      for (int seed = 0; seed < 20; seed++) {
        LinearCase drawn = LinearCase.draw(seed, dtype);
        for (long workspace : new long[] {0, UNLIMITED}) {
          LinearCase.assertSame(
              drawn.compute(java, workspace),
              drawn.compute(new ResidentSession(caller), workspace),
              drawn.toString());
        }
      }
    }
  }

  /** Pieces are ranges of the caller's buffers, or gathered from it where one slab is too large. */
  @Test
  void piecesHaveTheSameBits() {
    ClDevice small = TestKernels.deviceWithMemoryOfItsOwn(1 << 14);
    try (CallerContext caller = CallerContext.open(small);
        LossSession java = LossBackend.named("cpu").open()) {
      for (int inner : new int[] {1, 140}) {
        Workload workload = Workload.of(DType.F32, inner == 1 ? 1500 : 33, inner, 1);
        Map<String, Tensor> expected = workload.compute(java);
        workload
            .compute(new ResidentSession(caller))
            .forEach((name, tensor) -> Bits.assertSame(expected.get(name), tensor, name));
      }
      Tensor resident = caller.resident(logits);
      caller.bytesToDevice();
      caller.session.evaluate(LOSS, resident, labels, Request.gradient(resident));
      assertEquals(4L * ROWS, caller.bytesToDevice());
    }
  }

  @Test
  void anotherSessionRefusesTheTensorByName() {
    try (CallerContext caller = CallerContext.open(TestKernels.device(false));
        CallerContext other = CallerContext.open(TestKernels.device(false));
        LossSession java = LossBackend.named("cpu").open()) {
      Tensor resident = caller.resident(logits);
      for (LossSession session : List.of(other.session, java)) {
        String why =
            " F32[60, 1000] is in memory of %s that the session on %s cannot use; what Tensor.toHost() returns it can"
                .formatted(caller.session.device(), session.device());
        assertEquals("the input" + why, refused(() -> session.evaluate(LOSS, resident, labels)));
        assertEquals(
            "the input gradient" + why,
            refused(() -> session.evaluate(LOSS, logits, labels, Request.gradient(resident))));
        assertEquals(
            "the output" + why, refused(() -> session.apply(new Softmax(1), logits, resident)));
        session.evaluate(LOSS, resident.toHost(), labels);
      }
    }
  }

  @Test
  void elementsAreOnlyReadOnTheHost() {
    try (CallerContext caller = CallerContext.open(TestKernels.device(false))) {
      Tensor resident = caller.resident(logits);
      String expected =
          "F32[60, 1000] is in a device's memory; what Tensor.toHost() returns is in the host's";
      assertEquals(expected, refused(resident::memory));
      assertEquals(expected, refused(() -> resident.getDouble(0)));
      assertEquals(expected, refused(resident::toFloatArray));
      Tensor row = resident.slice(5, 2).reshape(2, 10, 100).slice(1, 1);
      assertArrayEquals(logits.slice(6, 1).toFloatArray(), row.toHost().toFloatArray());
    }
  }

  @Test
  void buffersThatDoNotFitAreRefused() {
    try (CallerContext caller = CallerContext.open(TestKernels.device(false));
        CallerContext other = CallerContext.open(TestKernels.device(false))) {
      cl_mem buffer = caller.buffer(CL.CL_MEM_READ_WRITE, 24);
      assertTrue(
          refused(() -> caller.session.tensor(buffer, DType.F32, 2, 4)).contains("needs 32 bytes"));
      assertTrue(
          refused(() -> other.session.tensor(buffer, DType.F32, 6)).contains("of the context"));
      cl_mem writeOnly = caller.buffer(CL.CL_MEM_WRITE_ONLY, 24);
      assertTrue(
          refused(() -> caller.session.tensor(writeOnly, DType.F32, 6)).contains("WRITE_ONLY"));
      cl_mem readOnly = caller.buffer(CL.CL_MEM_READ_ONLY, 24);
      Tensor input = caller.session.tensor(readOnly, DType.F32, 6);
      assertEquals(
          "the output F32[6] is read-only memory",
          refused(() -> caller.session.apply(new Softmax(0), input, input)));
    }
  }

  @Test
  void partsOfABufferMustNotOverlap() {
    try (CallerContext caller = CallerContext.open(TestKernels.device(false))) {
      long align = 4096;
      cl_mem buffer = caller.buffer(CL.CL_MEM_READ_WRITE, 4 * align);
      Tensor whole = caller.session.tensor(buffer, DType.F32, align);
      cl_buffer_region region = new cl_buffer_region(align, 2 * align);
      cl_mem part =
          CL.clCreateSubBuffer(
              buffer, CL.CL_MEM_READ_WRITE, CL.CL_BUFFER_CREATE_TYPE_REGION, region, null);
      Tensor middle = caller.session.tensor(part, DType.F32, align / 2);
      whole.copyFrom(draws.normal(1, DType.F32, align));
      Softmax softmax = new Softmax(0);
      String message = refused(() -> caller.session.apply(softmax, whole.slice(300, 2048), middle));
      assertTrue(message.contains("overlaps"), message);
      Tensor rest = whole.slice(0, 1024);
      Tensor quarter = middle.slice(0, 1024);
      caller.session.apply(softmax, rest, quarter);
      try (LossSession java = LossBackend.named("cpu").open()) {
        Bits.assertSame(
            java.apply(softmax, rest.toHost()), whole.slice(1024, 1024).toHost(), "a sub-buffer");
      }
      CL.clReleaseMemObject(part);
    }
  }

  @Test
  void aClosedSessionReachesNothing() {
    Tensor resident;
    try (CallerContext caller = CallerContext.open(TestKernels.device(false))) {
      resident = caller.resident(logits);
      caller.session.close();
      assertThrows(IllegalStateException.class, resident::toHost);
      assertThrows(
          IllegalStateException.class, () -> caller.session.evaluate(LOSS, resident, labels));
    }
  }

  @Test
  void losesNothingOfTheCallersContext() {
    try (CallerContext caller = CallerContext.open(TestKernels.device(false))) {
      cl_mem buffer = caller.buffer(CL.CL_MEM_READ_WRITE, 4);
      ClDevice device = TestKernels.device();
      try (OpenClSession second = OpenClSession.open(caller.handle, device.id())) {
        assertEquals(device.name(), second.device());
        Tensor one = second.tensor(buffer, DType.F32, 1, 1);
        one.copyFrom(Tensor.of(new float[] {-2}, 1, 1));
        assertEquals(2, second.evaluate(new NLLLoss(), one, Tensor.of(new int[1])).value());
      }
      Tensor again = caller.session.tensor(buffer, DType.F32, 1);
      assertEquals(-2, again.toHost().getDouble(0));
    }
  }

  private static String refused(Executable call) {
    return assertThrows(InvalidInputException.class, call).getMessage();
  }
}
