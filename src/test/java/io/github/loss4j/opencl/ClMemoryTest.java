// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.loss4j.DType;
import io.github.loss4j.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jocl.cl_mem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Host memory of every kind reaches the device and comes back, and is copied only if it must be.
 */
@RequiresOpenCl
class ClMemoryTest {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;

  @TempDir Path folder;

  enum Memory {
    ARRAY,
    HEAP_BUFFER,
    NATIVE,
    DIRECT_BUFFER,
    MAPPED,
    READ_ONLY_MAPPED,
    MISALIGNED;

    boolean isInPlace() {
      return this != ARRAY && this != HEAP_BUFFER && this != MISALIGNED;
    }
  }

  record Case(Memory memory, int size) {}

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Memory memory : Memory.values()) {
      for (int size : new int[] {0, 1, 7, 4099}) {
        cases.add(new Case(memory, size));
      }
    }
    return cases;
  }

  static List<Case> writableCases() {
    return cases().stream().filter(c -> c.memory() != Memory.READ_ONLY_MAPPED).toList();
  }

  /** The numbers 0, 1, 2 and so on. */
  private Tensor numbers(Memory memory, int size, Arena arena) throws IOException {
    long bytes = (long) size * Float.BYTES;
    MemorySegment segment =
        switch (memory) {
          case ARRAY -> MemorySegment.ofArray(new float[size]);
          case HEAP_BUFFER ->
              MemorySegment.ofBuffer(ByteBuffer.allocate((int) bytes + 12).slice(4, (int) bytes));
          case NATIVE -> arena.allocate(bytes, 4);
          case DIRECT_BUFFER ->
              MemorySegment.ofBuffer(
                  ByteBuffer.allocateDirect((int) bytes + 12).slice(4, (int) bytes));
          case MAPPED, READ_ONLY_MAPPED -> mapped(bytes, MapMode.READ_WRITE, arena);
          case MISALIGNED -> arena.allocate(bytes + 1, 4).asSlice(1, bytes);
        };
    for (int i = 0; i < size; i++) {
      segment.set(F32, i * 4L, i);
    }
    if (memory == Memory.READ_ONLY_MAPPED) {
      segment = mapped(bytes, MapMode.READ_ONLY, arena);
    }
    return Tensor.of(segment, DType.F32, size);
  }

  private MemorySegment mapped(long bytes, MapMode mode, Arena arena) throws IOException {
    Path file = folder.resolve("numbers");
    if (!Files.exists(file)) {
      Files.write(file, new byte[(int) bytes]);
    }
    StandardOpenOption[] options =
        mode.equals(MapMode.READ_ONLY)
            ? new StandardOpenOption[] {StandardOpenOption.READ}
            : new StandardOpenOption[] {StandardOpenOption.READ, StandardOpenOption.WRITE};
    try (FileChannel channel = FileChannel.open(file, options)) {
      return channel.map(mode, 0, bytes, arena);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void memoryOfEveryKindIsRead(Case c) throws IOException {
    try (TestKernels kernels = TestKernels.open();
        Arena arena = Arena.ofConfined()) {
      Tensor y = twice(kernels, numbers(c.memory(), c.size(), arena), arena);
      assertDoubled(y);
      boolean inPlace = kernels.context.device().cpu() && c.memory().isInPlace();
      assertEquals(inPlace ? 0 : 4L * c.size(), kernels.context.bytesToDevice().sum());
    }
  }

  @ParameterizedTest
  @MethodSource("writableCases")
  void memoryOfEveryKindIsWritten(Case c) throws IOException {
    try (TestKernels kernels = TestKernels.open();
        Arena arena = Arena.ofConfined();
        ClCall call = kernels.context.call()) {
      Tensor y = numbers(c.memory(), c.size(), arena);
      cl_mem in = call.read(numbers(Memory.NATIVE, c.size(), arena));
      cl_mem out = call.write(y);
      if (c.size() > 0) {
        call.run(kernels.program, "twice", new long[] {c.size()}, null, in, out);
      }
      call.finish();
      assertDoubled(y);
      boolean inPlace = kernels.context.device().cpu() && c.memory().isInPlace();
      assertEquals(inPlace ? 0 : 4L * c.size(), kernels.context.bytesFromDevice().sum());
    }
  }

  @ParameterizedTest
  @MethodSource("writableCases")
  void memoryOfEveryKindIsUpdated(Case c) throws IOException {
    try (TestKernels kernels = TestKernels.open();
        Arena arena = Arena.ofConfined()) {
      assertDoubled(twiceInPlace(kernels, numbers(c.memory(), c.size(), arena)));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aDeviceWithMemoryOfItsOwnGetsCopies(Case c) throws IOException {
    try (TestKernels kernels = TestKernels.openWithMemoryOfItsOwn();
        Arena arena = Arena.ofConfined()) {
      Tensor x = numbers(c.memory(), c.size(), arena);
      assertDoubled(twice(kernels, x, arena));
      assertEquals(4L * c.size(), kernels.context.bytesToDevice().sum());
      assertEquals(4L * c.size(), kernels.context.bytesFromDevice().sum());
      if (c.memory() != Memory.READ_ONLY_MAPPED) {
        assertDoubled(twiceInPlace(kernels, x));
      }
    }
  }

  /** More than one slice of the staging memory. */
  @ParameterizedTest
  @EnumSource(names = {"ARRAY", "NATIVE", "MISALIGNED"})
  void largeTensorsAreCopiedInSlices(Memory memory) throws IOException {
    int size = (20 << 20) + 3;
    try (TestKernels kernels = TestKernels.openWithMemoryOfItsOwn();
        Arena arena = Arena.ofConfined()) {
      assertDoubled(twiceInPlace(kernels, numbers(memory, size, arena)));
      assertEquals(4L * size, kernels.context.bytesToDevice().sum());
      assertEquals(4L * size, kernels.context.bytesFromDevice().sum());
    }
  }

  /** A row of an odd number of classes begins at any multiple of four bytes. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 13})
  void vectorsAreReadWhereverAnElementMayLie(int offset) throws IOException {
    try (TestKernels kernels = TestKernels.open();
        Arena arena = Arena.ofConfined();
        ClCall call = kernels.context.call()) {
      Tensor x = numbers(Memory.NATIVE, 64 + offset, arena).slice(offset, 64);
      Tensor y = Tensor.allocate(arena, DType.F32, 64 + offset).slice(offset, 64);
      cl_mem in = call.read(x);
      cl_mem out = call.write(y);
      call.run(kernels.program, "twice16", new long[] {4}, null, in, out);
      call.finish();
      for (int i = 0; i < 64; i++) {
        assertEquals(2.0 * (offset + i), y.getDouble(i));
      }
      if (kernels.context.device().cpu()) {
        assertEquals(0, kernels.context.bytesToDevice().sum());
        assertEquals(0, kernels.context.bytesFromDevice().sum());
      }
    }
  }

  @Test
  void bytesStayAtOddAddresses() {
    try (TestKernels kernels = TestKernels.open();
        Arena arena = Arena.ofConfined();
        ClCall call = kernels.context.call()) {
      assumeTrue(kernels.context.device().cpu());
      Tensor x = Tensor.allocate(arena, DType.U8, 6).slice(1, 5);
      for (int i = 0; i < 5; i++) {
        x.setLong(i, i + 1);
      }
      Tensor y = Tensor.allocate(arena, DType.U8, 8).slice(3, 5);
      cl_mem in = call.read(x);
      cl_mem out = call.write(y);
      call.run(kernels.program, "copy_bytes", new long[] {5}, null, in, out);
      call.finish();
      assertArrayEquals(new long[] {1, 2, 3, 4, 5}, y.toLongArray());
      assertEquals(0, kernels.context.bytesToDevice().sum());
      assertEquals(0, kernels.context.bytesFromDevice().sum());
    }
  }

  @Test
  void readOnlyMemoryIsNoOutput() throws IOException {
    try (TestKernels kernels = TestKernels.open();
        Arena arena = Arena.ofConfined();
        ClCall call = kernels.context.call()) {
      Tensor x = numbers(Memory.READ_ONLY_MAPPED, 3, arena);
      assertThrows(IllegalArgumentException.class, () -> call.write(x));
      assertThrows(IllegalArgumentException.class, () -> call.update(x));
    }
  }

  private static Tensor twice(TestKernels kernels, Tensor x, Arena arena) {
    Tensor y = Tensor.allocate(arena, DType.F32, x.size());
    try (ClCall call = kernels.context.call()) {
      cl_mem in = call.read(x);
      cl_mem out = call.write(y);
      if (x.size() > 0) {
        call.run(kernels.program, "twice", new long[] {x.size()}, null, in, out);
      }
      call.finish();
    }
    return y;
  }

  private static Tensor twiceInPlace(TestKernels kernels, Tensor x) {
    try (ClCall call = kernels.context.call()) {
      cl_mem buffer = call.update(x);
      if (x.size() > 0) {
        call.run(kernels.program, "twice_in_place", new long[] {x.size()}, null, buffer);
      }
      call.finish();
    }
    return x;
  }

  private static void assertDoubled(Tensor tensor) {
    for (long i = 0; i < tensor.size(); i++) {
      float expected = 2f * i;
      if (tensor.getDouble(i) != expected) {
        assertEquals(expected, tensor.getDouble(i), "element " + i);
      }
    }
  }
}
