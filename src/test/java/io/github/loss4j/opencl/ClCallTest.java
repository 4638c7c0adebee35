// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_mem;
import org.junit.jupiter.api.Test;

/** How calls start kernels, share a device, fail and end. */
@RequiresOpenCl
class ClCallTest {
  private static final long[] ONE = {1};

  @Test
  void argumentsOfEveryKindArrive() {
    try (TestKernels kernels = TestKernels.open();
        ClCall call = kernels.context.call()) {
      Tensor y = Tensor.allocate(DType.F32, 4);
      cl_mem out = call.write(y);
      call.run(kernels.program, "scalars", new long[] {4}, new long[] {2}, out, null, 1, 2L, 4f);
      call.finish();
      assertEquals(List.of(7.0, 7.0, 7.0, 7.0), boxed(y));
    }
  }

  @Test
  void wrongArgumentsAreRefusedByName() {
    try (TestKernels kernels = TestKernels.open();
        ClCall call = kernels.context.call()) {
      cl_mem x = call.scratch(4);
      Exception few =
          assertThrows(
              IllegalArgumentException.class,
              () -> call.run(kernels.program, "twice", ONE, null, x));
      assertEquals("the kernel twice takes 2 arguments, not 1", few.getMessage());
      Exception type =
          assertThrows(
              IllegalArgumentException.class,
              () -> call.run(kernels.program, "twice", ONE, null, x, "y"));
      assertEquals(
          "argument 1 of the kernel twice is a String, which no kernel takes", type.getMessage());
      Exception size =
          assertThrows(
              IllegalStateException.class,
              () -> call.run(kernels.program, "scalars", ONE, ONE, x, x, 1L, 2L, 4f));
      assertEquals(
          "clSetKernelArg 2 of scalars failed on %s: CL_INVALID_ARG_SIZE"
              .formatted(TestKernels.device().name()),
          size.getMessage());
      Exception entry =
          assertThrows(
              IllegalStateException.class, () -> call.run(kernels.program, "thrice", ONE, null));
      assertTrue(
          entry.getMessage().startsWith("clCreateKernel thrice failed on "), entry::getMessage);
    }
  }

  @Test
  void tooLargeABufferIsAMemoryErrorAndTheDeviceGoesOn() {
    try (TestKernels kernels = TestKernels.open()) {
      long bytes = 4 * kernels.context.device().maxAllocBytes();
      try (ClCall call = kernels.context.call()) {
        Exception e = assertThrows(ClOutOfMemoryException.class, () -> call.scratch(bytes));
        assertEquals(
            "clCreateBuffer of %,d bytes failed on %s: CL_INVALID_BUFFER_SIZE"
                .formatted(bytes, kernels.context.device().name()),
            e.getMessage());
      }
      doubles(kernels, 3);
    }
  }

  @Test
  void aMemoryErrorAfterAnUpdateCannotBeRepeated() {
    try (TestKernels kernels = TestKernels.open();
        ClCall call = kernels.context.call()) {
      assumeTrue(kernels.context.device().cpu());
      cl_mem x = call.update(Tensor.of(new float[] {1}));
      call.run(kernels.program, "twice_in_place", ONE, null, x);
      Exception e = assertThrows(IllegalStateException.class, () -> call.scratch(Long.MAX_VALUE));
      assertInstanceOf(ClOutOfMemoryException.class, e.getCause());
    }
  }

  @Test
  void closeReleasesBuffersAlsoWhenFinishWasNotReached() {
    try (TestKernels kernels = TestKernels.open()) {
      List<cl_mem> held = new ArrayList<>();
      assertThrows(
          IllegalStateException.class,
          () -> {
            try (ClCall call = kernels.context.call()) {
              held.add(call.read(Tensor.of(new float[] {1})));
              held.add(call.write(Tensor.allocate(DType.F32, 1)));
              held.add(call.scratch(4));
              held.forEach(CL::clRetainMemObject);
              call.run(kernels.program, "twice", ONE, null, held.get(0), held.get(1));
              call.run(kernels.program, "thrice", ONE, null);
            }
          });
      for (cl_mem buffer : held) {
        int[] count = new int[1];
        CL.clGetMemObjectInfo(
            buffer, CL.CL_MEM_REFERENCE_COUNT, Sizeof.cl_uint, Pointer.to(count), null);
        assertEquals(1, count[0], "only the test still holds it");
        CL.clReleaseMemObject(buffer);
      }
      doubles(kernels, 3);
    }
  }

  @Test
  void closeWaitsForKernelsThatUseTheCallersMemory() {
    int n = 1 << 20;
    try (TestKernels kernels = TestKernels.open()) {
      for (int i = 0; i < 20; i++) {
        try (Arena arena = Arena.ofShared();
            ClCall call = kernels.context.call()) {
          cl_mem x = call.update(Tensor.allocate(arena, DType.F32, n));
          call.run(kernels.program, "twice_in_place", new long[] {n}, null, x);
        }
      }
    }
  }

  @Test
  void closingTwiceDoesNothing() {
    try (TestKernels kernels = TestKernels.open()) {
      ClCall call = kernels.context.call();
      call.close();
      call.close();
      doubles(kernels, 1);
    }
  }

  @Test
  void eightThreadsShareADevice() throws Exception {
    try (TestKernels kernels = TestKernels.open();
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<Integer>> work = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        int size = 1 + i % 5 * 1001;
        work.add(() -> doubles(kernels, size));
      }
      for (Future<Integer> done : threads.invokeAll(work)) {
        done.get();
      }
    }
  }

  private static int doubles(TestKernels kernels, int size) {
    float[] x = new float[size];
    for (int i = 0; i < size; i++) {
      x[i] = i;
    }
    Tensor y = Tensor.of(MemorySegment.ofArray(new float[size]), DType.F32, size);
    try (ClCall call = kernels.context.call()) {
      cl_mem in = call.read(Tensor.of(x));
      cl_mem out = call.write(y);
      call.run(kernels.program, "twice", new long[] {size}, null, in, out);
      call.finish();
    }
    for (int i = 0; i < size; i++) {
      assertEquals(2.0 * i, y.getDouble(i));
    }
    return size;
  }

  private static List<Double> boxed(Tensor tensor) {
    return Arrays.stream(tensor.toDoubleArray()).boxed().toList();
  }
}
