// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tensors as views of memory: factories, shapes, ranges. {@link TensorElementsTest} has the rest.
 */
class TensorTest {
  @Test
  void arraysAreViewedNotCopied() {
    float[] floats = {1, 2, 3, 4, 5, 6};
    Tensor tensor = Tensor.of(floats, 2, 3);
    floats[4] = 50;
    assertEquals(50, tensor.getDouble(4));
    tensor.setDouble(0, 10);
    assertEquals(10, floats[0]);
    assertEquals(DType.F32, tensor.dtype());
    assertArrayEquals(new long[] {2, 3}, tensor.shape());
  }

  @Test
  void everyArrayHasItsType() {
    assertTensor(DType.F32, 3, Tensor.of(new float[] {1, 2, 3}));
    assertTensor(DType.F64, 3, Tensor.of(new double[] {1, 2, 3}));
    assertTensor(DType.I64, 3, Tensor.of(new long[] {1, 2, 3}));
    assertTensor(DType.I32, 3, Tensor.of(new int[] {1, 2, 3}));
    assertTensor(DType.F32, 0, Tensor.of(new float[0]));
  }

  @Test
  void buffersAreViewedFromPositionToLimit() {
    List<Buffer> buffers =
        List.of(
            FloatBuffer.wrap(new float[] {0, 1, 2, 3, 4}),
            DoubleBuffer.wrap(new double[] {0, 1, 2, 3, 4}),
            LongBuffer.wrap(new long[] {0, 1, 2, 3, 4}),
            IntBuffer.wrap(new int[] {0, 1, 2, 3, 4}),
            direct(5 * Float.BYTES).asFloatBuffer().put(new float[] {0, 1, 2, 3, 4}),
            direct(5 * Double.BYTES).asDoubleBuffer().put(new double[] {0, 1, 2, 3, 4}),
            direct(5 * Long.BYTES).asLongBuffer().put(new long[] {0, 1, 2, 3, 4}),
            direct(5 * Integer.BYTES).asIntBuffer().put(new int[] {0, 1, 2, 3, 4}),
            FloatBuffer.wrap(new float[] {0, 1, 2, 3, 4}).asReadOnlyBuffer());
    DType[] types = {DType.F32, DType.F64, DType.I64, DType.I32};
    for (int i = 0; i < buffers.size(); i++) {
      Buffer buffer = buffers.get(i).position(1).limit(4);
      Tensor tensor = Tensor.of(buffer);
      assertTensor(types[i % 4], 3, tensor);
      assertEquals(1, buffer.position(), "the buffer's own position");
      assertEquals(buffer.isReadOnly(), tensor.memory().isReadOnly());
    }
  }

  @Test
  void aBufferOfAnotherOrderOrTypeIsRefused() {
    String bigEndian = "the buffer is big-endian; set its order to ByteOrder.LITTLE_ENDIAN";
    ByteBuffer bytes = ByteBuffer.allocateDirect(16);
    refused(bigEndian, () -> Tensor.of(bytes.asFloatBuffer()));
    refused(bigEndian, () -> Tensor.of(bytes.asLongBuffer()));
    Buffer heapBytes = ByteBuffer.allocate(4);
    refused(
        "a HeapByteBuffer has no element type; give its memory segment and a DType",
        () -> Tensor.of(heapBytes));
  }

  @Test
  void segmentsOfEveryKindAreViewed() {
    try (Arena arena = Arena.ofConfined()) {
      for (MemorySegment memory :
          List.of(
              MemorySegment.ofArray(new byte[6]),
              MemorySegment.ofArray(new long[2]).asSlice(3, 6),
              arena.allocate(7).asSlice(1))) {
        Tensor tensor = Tensor.of(memory, DType.BF16, 3);
        for (int i = 0; i < 3; i++) {
          tensor.setDouble(i, i + 1);
        }
        assertTensor(DType.BF16, 3, tensor);
        assertEquals(memory, tensor.memory());
      }
    }
  }

  @Test
  void shapesMustFitTheMemory() {
    refused(
        "a tensor of F32 with shape [2, 2] needs 16 bytes, but the memory has 20",
        () -> Tensor.of(new float[5], 2, 2));
    refused(
        "a tensor of I64 with shape [3] needs 24 bytes, but the memory has 16",
        () -> Tensor.of(LongBuffer.wrap(new long[2]), 3));
    refused("a negative extent in shape [-1, -5]", () -> Tensor.of(new float[5], -1, -5));
    refused("a negative extent in shape [0, -5]", () -> Tensor.allocate(DType.F32, 0, -5));
    refused(
        "shape [4294967296, 4294967296] has more than 2^63 bytes",
        () -> Tensor.of(new float[0], 1L << 32, 1L << 32));
    refused(
        "shape [4611686018427387904] has more than 2^63 bytes",
        () -> Tensor.allocate(DType.F64, 1L << 62));
  }

  @Test
  void aScalarHasOneElementAndNoAxis() {
    Tensor scalar = Tensor.scalar(2.5, DType.F16);
    assertEquals(0, scalar.rank());
    assertEquals(1, scalar.size());
    assertArrayEquals(new long[0], scalar.shape());
    assertEquals(2.5, scalar.getDouble(0));
    assertEquals("F16[]", scalar.toString());
    assertEquals(7, Tensor.of(new long[] {7}).reshape().getLong(0));
  }

  @Test
  void emptyExtentsMakeNoElementsHoweverLargeTheOthers() {
    Tensor empty = Tensor.allocate(DType.F64, 1L << 40, 0, 1L << 40);
    assertEquals(0, empty.size());
    assertEquals(1L << 40, empty.extent(2));
    assertEquals(0, empty.memory().byteSize());
    assertArrayEquals(new long[] {3, 0, 1L << 40}, empty.slice(5, 3).shape());
  }

  @Test
  void theShapeGivenOutIsACopy() {
    long[] shape = {2, 3};
    Tensor tensor = Tensor.allocate(DType.F32, shape);
    shape[0] = 9;
    tensor.shape()[1] = 9;
    assertArrayEquals(new long[] {2, 3}, tensor.shape());
  }

  @Test
  void reshapeKeepsTheElements() {
    float[] values = {1, 2, 3, 4, 5, 6};
    Tensor tensor = Tensor.of(values, 2, 3).reshape(3, 1, 2);
    assertArrayEquals(new long[] {3, 1, 2}, tensor.shape());
    assertArrayEquals(values, tensor.toFloatArray());
    values[5] = 60;
    assertEquals(60, tensor.getDouble(5), "a view");
    refused(
        "a tensor of F32 with shape [4] needs 16 bytes, but the memory has 24",
        () -> tensor.reshape(4));
  }

  @Test
  void sliceIsAViewOfARangeOfTheFirstAxis() {
    int[] values = {0, 1, 2, 3, 4, 5, 6, 7};
    Tensor tensor = Tensor.of(values, 4, 2);
    Tensor slice = tensor.slice(1, 2);
    assertArrayEquals(new long[] {2, 2}, slice.shape());
    assertArrayEquals(new long[] {2, 3, 4, 5}, slice.toLongArray());
    slice.setLong(0, 20);
    assertEquals(20, values[2], "a view");
    assertArrayEquals(new long[] {0, 2}, tensor.slice(4, 0).shape());
    assertArrayEquals(tensor.toLongArray(), tensor.slice(0, 4).toLongArray());
  }

  @Test
  void slicesOutsideTheFirstAxisAreRefused() {
    Tensor tensor = Tensor.of(new float[8], 4, 2);
    refused("no range of 2 from 3 along the first axis of shape [4, 2]", () -> tensor.slice(3, 2));
    refused(
        "no range of 1 from -1 along the first axis of shape [4, 2]", () -> tensor.slice(-1, 1));
    refused(
        "no range of -1 from 0 along the first axis of shape [4, 2]", () -> tensor.slice(0, -1));
    refused(
        "no range of 9,223,372,036,854,775,807 from 1 along the first axis of shape [4, 2]",
        () -> tensor.slice(1, Long.MAX_VALUE));
    refused(
        "no range of 0 from 0 along the first axis of shape []",
        () -> Tensor.scalar(1, DType.F32).slice(0, 0));
  }

  @Test
  void allocatedMemoryIsZeroAlignedAndOutsideTheHeap() {
    try (Arena arena = Arena.ofConfined()) {
      Tensor tensor = Tensor.allocate(arena, DType.F32, 3, 7);
      assertArrayEquals(new float[21], tensor.toFloatArray());
      assertTrue(tensor.memory().isNative());
      assertEquals(0, tensor.memory().address() % 64);
    }
    assertTrue(Tensor.allocate(DType.U8, 1).memory().scope().isAlive());
  }

  @Test
  void memoryThatIsFreedIsNotRead() {
    Tensor tensor;
    try (Arena arena = Arena.ofConfined()) {
      tensor = Tensor.allocate(arena, DType.F32, 1);
    }
    assertFalse(tensor.memory().scope().isAlive());
    assertThrows(IllegalStateException.class, () -> tensor.getDouble(0));
  }

  @Test
  void elementsBeyondTwoToThe31AreReached(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("sparse");
    long size = (1L << 31) + 6;
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(size);
      sparse.seek(size - 1);
      sparse.write(200);
    }
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      Tensor bytes = Tensor.of(mapped, DType.U8, size / 2, 2);
      assertEquals(200, bytes.getLong(size - 1));
      assertEquals(200, bytes.slice(size / 2 - 1, 1).getLong(1));
      Tensor halves = Tensor.of(mapped, DType.F16, size / 2);
      assertEquals(Float.float16ToFloat((short) (200 << 8)), halves.getDouble(size / 2 - 1));
      refused("U8[1073741827, 2] has more elements than a Java array holds", bytes::toLongArray);
    }
  }

  @Test
  void toArraysConvert() {
    Tensor tensor = Tensor.of(new double[] {0.1, -2});
    assertArrayEquals(new double[] {0.1, -2}, tensor.toDoubleArray());
    assertArrayEquals(new float[] {0.1f, -2}, tensor.toFloatArray());
    assertArrayEquals(new double[] {1, 2}, Tensor.of(new int[] {1, 2}).toDoubleArray());
    refused("F64 has no integer elements", tensor::toLongArray);
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A flat tensor of 1, 2, 3, .... */
  private static void assertTensor(DType dtype, int size, Tensor tensor) {
    assertEquals(dtype, tensor.dtype());
    assertArrayEquals(new long[] {size}, tensor.shape());
    assertEquals((long) size * dtype.bytes(), tensor.memory().byteSize());
    for (int i = 0; i < size; i++) {
      assertEquals(i + 1, tensor.getDouble(i));
    }
  }

  private static void refused(String message, Executable call) {
    assertEquals(message, assertThrows(InvalidInputException.class, call).getMessage());
  }

  @Test
  void elementsAreCopiedBetweenTensors() {
    Tensor source = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor copy = Tensor.allocate(DType.F32, 3, 2);
    copy.copyFrom(source);
    assertArrayEquals(source.toFloatArray(), copy.toFloatArray());
    assertSame(copy, copy.toHost());
    assertNull(copy.storage());
    Tensor longer = Tensor.allocate(DType.F32, 7);
    Tensor wider = Tensor.allocate(DType.F64, 6);
    for (Tensor other : new Tensor[] {longer, wider}) {
      assertThrows(InvalidInputException.class, () -> other.copyFrom(source));
      assertThrows(InvalidInputException.class, () -> source.copyFrom(other));
    }
  }

  @Test
  void overlapIsOfBytes() {
    Tensor whole = Tensor.allocate(DType.F32, 10);
    assertTrue(whole.overlaps(whole.slice(9, 1)));
    assertTrue(whole.slice(2, 3).overlaps(whole.slice(4, 3)));
    assertFalse(whole.slice(2, 3).overlaps(whole.slice(5, 3)));
    assertFalse(whole.overlaps(Tensor.allocate(DType.F32, 10)));
    assertFalse(whole.isReadOnly());
    assertTrue(Tensor.of(whole.memory().asReadOnly(), DType.F32, 10).isReadOnly());
  }
}
