// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.DType;
import io.github.loss4j.LossBackend.Status;
import io.github.loss4j.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jocl.cl_mem;
import org.jocl.cl_program;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a context compiles, keeps and says when it cannot. */
@RequiresOpenCl
class ClContextTest {
  @TempDir Path folder;

  @BeforeEach
  void readKernelsFromTheFolder() {
    System.setProperty("loss4j.kernels", folder.toString());
  }

  @AfterEach
  void forgetTheFolder() {
    System.clearProperty("loss4j.kernels");
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  @Test
  void aProgramIsCompiledOnceForEachSetOfOptions() throws IOException {
    write("set.cl", "kernel void set(global int *y) { *y = VALUE; }\n");
    try (ClContext context = ClContext.open(TestKernels.device())) {
      cl_program one = context.program("set.cl", "-DVALUE=1");
      cl_program two = context.program("set.cl", "-DVALUE=2");
      assertSame(one, context.program("set.cl", "-DVALUE=1"));
      assertNotSame(one, two);
      Tensor y = Tensor.allocate(DType.I32, 1);
      try (ClCall call = context.call()) {
        cl_mem out = call.write(y);
        call.run(two, "set", new long[] {1}, null, out);
        call.finish();
      }
      assertEquals(2, y.getLong(0));
    }
  }

  @Test
  void threadsThatAskForAProgramGetTheSame() throws IOException {
    write("one.cl", "kernel void one(global int *y) { *y = 1; }\n");
    try (ClContext context = ClContext.open(TestKernels.device())) {
      List<cl_program> programs =
          IntStream.range(0, 32).parallel().mapToObj(i -> context.program("one.cl", "")).toList();
      assertEquals(1, programs.stream().distinct().count());
    }
  }

  @Test
  void aBuildFailureNamesDeviceFileAndLine() throws IOException {
    write("bad.cl", "#include \"bad.clh\"\nkernel void f(global int *y) { *y = one(); }\n");
    write("bad.clh", "\n\nint one() { return nothing; }\n");
    try (ClContext context = ClContext.open(TestKernels.device())) {
      String message =
          assertThrows(
                  BackendUnavailableException.class, () -> context.program("bad.cl", "-DWIDTH=4"))
              .getMessage();
      assertTrue(
          message.startsWith(
              "bad.cl does not compile on %s with -cl-std=CL1.2 -DWIDTH=4: CL_BUILD_"
                  .formatted(TestKernels.device().name())),
          message);
      // Oclgrind alone counts the lines of the whole text.
      boolean lines = !TestKernels.device().platform().equals("Oclgrind");
      assertTrue(!lines || message.contains("bad.clh:3:"), message);
      assertTrue(message.contains("nothing"), message);
      assertTrue(message.lines().count() <= 13, message);
    }
  }

  @Test
  void aDeviceThatCannotServeIsNotOpened() {
    ClDevice d = TestKernels.device();
    ClDevice unusable =
        new ClDevice(
            d.platformId(),
            d.id(),
            "old",
            d.platform(),
            d.version(),
            d.driver(),
            d.gpu(),
            d.cpu(),
            d.fp64(),
            d.maxAllocBytes(),
            d.globalBytes(),
            d.localBytes(),
            d.maxWorkGroup(),
            d.computeUnits(),
            new Status.Unusable("it is old"));
    Exception e = assertThrows(BackendUnavailableException.class, () -> ClContext.open(unusable));
    assertEquals("the OpenCL device old cannot serve: it is old", e.getMessage());
  }

  @Test
  void closingTwiceDoesNothing() {
    ClContext context = ClContext.open(TestKernels.device());
    context.call().close();
    context.close();
    context.close();
  }
}
