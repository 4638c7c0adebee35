// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.ClassMatrix;
import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LinearRequest;
import io.github.loss4j.LossBackend;
import io.github.loss4j.LossSession;
import io.github.loss4j.Tensor;
import io.github.loss4j.cpu.CpuBackend;
import io.github.loss4j.host.Draws;
import io.github.loss4j.host.HostSession;
import io.github.loss4j.host.LinearCase;
import io.github.loss4j.host.RowKernels;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cross-entropy from hidden states has the same bits on every backend, in every split. */
@RequiresOpenCl
class LinearSameBitsTest {
  private static final long UNLIMITED = Long.MAX_VALUE;

  private static LossSession java(int threads) {
    System.setProperty(CpuBackend.THREADS, Integer.toString(threads));
    try {
      return LossBackend.named("cpu").open();
    } finally {
      System.clearProperty(CpuBackend.THREADS);
    }
  }

  private static void assertSameEverywhere(LinearCase of, long... workspaces) {
    try (LossSession one = java(1);
        LossSession two = java(2);
        LossSession seven = java(7);
        LossSession opencl = LossBackend.named("opencl").open()) {
      Map<String, Tensor> expected = of.compute(one, UNLIMITED);
      for (long workspace : workspaces) {
        for (LossSession session : new LossSession[] {two, seven, opencl}) {
          LinearCase.assertSame(
              expected,
              of.compute(session, workspace),
              "%s, %s, workspace of %d bytes".formatted(session.device(), of, workspace));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16"})
  void everyBackendAndWorkspaceHasTheBitsOfJava(DType dtype) {
    for (int seed = 0; seed < 40; seed++) {
      assertSameEverywhere(LinearCase.draw(seed, dtype), 0, UNLIMITED);
    }
  }

  /** More tiles than threads, rows of several segments, and pieces of several sizes. */
  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "BF16"})
  void manyRowsAndClasses(DType dtype) {
    assertSameEverywhere(
        LinearCase.of(new Draws(7), dtype, 3001, 200, 70), 0, 100 * 3001 * 8, UNLIMITED);
  }

  /** Where everything is copied, so that sums go to the device and back with every piece. */
  @Test
  void aDeviceWithMemoryOfItsOwn() {
    for (int seed = 0; seed < 20; seed++) {
      LinearCase of = LinearCase.draw(seed, seed % 2 == 0 ? DType.F32 : DType.BF16);
      ClContext context = TestKernels.openWithMemoryOfItsOwn().context;
      RowKernels copying = new OpenClKernels(context, LaunchPlans.of(context.device()));
      try (LossSession java = java(1);
          LossSession device = new HostSession("opencl", "copying", copying)) {
        LinearCase.assertSame(of.compute(java, 0), of.compute(device, 0), of.toString());
      }
    }
  }

  @Test
  void numbersThatAreNotFinite() {
    LinearCase of = LinearCase.of(new Draws(8), DType.F32, 40, 70, 33).withBias();
    double[] strange = {
      Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e30, -1e30, 1e-40, -0.0
    };
    for (int i = 0; i < strange.length; i++) {
      of.hidden().setDouble(i * 101L, strange[i]);
    }
    of.classes().bias().setDouble(39, Double.NEGATIVE_INFINITY);
    assertSameEverywhere(of, 0, UNLIMITED);
  }

  @Test
  void aLargeVocabularyInTheDefaultWorkspace() {
    Draws draws = new Draws(9);
    LinearCase of =
        new LinearCase(
            new CrossEntropyLoss().withLabelSmoothing(0.1),
            draws.normal(1, DType.F32, 512, 64),
            new ClassMatrix(draws.normal(0.1, DType.F32, 50257, 64)),
            draws.labels(50257, -100, DType.I64, 512),
            null);
    try (LossSession java = java(2);
        LossSession opencl = LossBackend.named("opencl").open()) {
      long workspace = LinearRequest.DEFAULT_WORKSPACE_BYTES;
      LinearCase.assertSame(of.compute(java, workspace), of.compute(opencl, workspace), "opencl");
    }
  }
}
