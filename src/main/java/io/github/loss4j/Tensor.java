// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.Buffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A dense row-major array: memory, an element type and a shape.
 *
 * <p>A tensor never copies: it is a view of a Java array, a direct buffer or a memory-mapped file,
 * and may have more than 2<sup>31</sup> elements. Elements are little-endian, the byte order of
 * every machine that a Java GPU program runs on. Whoever owns the memory keeps it alive.
 *
 * <p>The elements may also lie in a {@linkplain DeviceStorage device's memory}. Sessions on that
 * device then use them where they are; to look at them here, copy them {@link #toHost()}.
 */
public final class Tensor {

  /** Vectors of this many bytes are the widest that a backend loads. */
  private static final long ALIGNMENT = 64;

  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;

  static {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new UnsupportedOperationException("loss4j needs a little-endian machine");
    }
  }

  /** Of these one is null. */
  private final @Nullable MemorySegment memory;

  private final @Nullable DeviceStorage storage;
  private final DType dtype;
  private final long[] shape;
  private final long size;

  private Tensor(
      @Nullable MemorySegment memory,
      @Nullable DeviceStorage storage,
      long available,
      DType dtype,
      long[] shape) {
    this.memory = memory;
    this.storage = storage;
    this.dtype = dtype;
    this.shape = shape.clone();
    this.size = elements(shape);
    long bytes = bytes(size, dtype, shape);
    if (bytes != available) {
      throw new InvalidInputException(
          "a tensor of %s with shape %s needs %,d bytes, but the memory has %,d"
              .formatted(dtype, Arrays.toString(shape), bytes, available));
    }
  }

  private Tensor(MemorySegment memory, DType dtype, long[] shape) {
    this(memory, null, memory.byteSize(), dtype, shape);
  }

  /**
   * A view of memory of any kind: heap, native or mapped from a file.
   *
   * @param memory exactly the elements, row-major, little-endian
   * @param dtype their type
   * @param shape the extent of each axis; none for a scalar
   * @return the view
   * @throws InvalidInputException if an extent is negative or the memory's size is not that of the
   *     shape
   */
  public static Tensor of(MemorySegment memory, DType dtype, long... shape) {
    return new Tensor(memory, dtype, shape);
  }

  /**
   * A view of memory of a device.
   *
   * @param storage exactly the elements, row-major, little-endian
   * @param dtype their type
   * @param shape the extent of each axis; none for a scalar
   * @return the view
   * @throws InvalidInputException if an extent is negative or the memory's size is not that of the
   *     shape
   */
  public static Tensor of(DeviceStorage storage, DType dtype, long... shape) {
    return new Tensor(null, storage, storage.byteSize(), dtype, shape);
  }

  /**
   * A view of an array as F32.
   *
   * @param values the elements, row-major
   * @param shape the extent of each axis; one axis if left out
   * @return the view
   * @throws InvalidInputException if the shape does not have as many elements as the array
   */
  public static Tensor of(float[] values, long... shape) {
    return new Tensor(MemorySegment.ofArray(values), DType.F32, orFlat(shape, values.length));
  }

  /**
   * A view of an array as F64.
   *
   * @param values the elements, row-major
   * @param shape the extent of each axis; one axis if left out
   * @return the view
   * @throws InvalidInputException if the shape does not have as many elements as the array
   */
  public static Tensor of(double[] values, long... shape) {
    return new Tensor(MemorySegment.ofArray(values), DType.F64, orFlat(shape, values.length));
  }

  /**
   * A view of an array as I64.
   *
   * @param values the elements, row-major
   * @param shape the extent of each axis; one axis if left out
   * @return the view
   * @throws InvalidInputException if the shape does not have as many elements as the array
   */
  public static Tensor of(long[] values, long... shape) {
    return new Tensor(MemorySegment.ofArray(values), DType.I64, orFlat(shape, values.length));
  }

  /**
   * A view of an array as I32.
   *
   * @param values the elements, row-major
   * @param shape the extent of each axis; one axis if left out
   * @return the view
   * @throws InvalidInputException if the shape does not have as many elements as the array
   */
  public static Tensor of(int[] values, long... shape) {
    return new Tensor(MemorySegment.ofArray(values), DType.I32, orFlat(shape, values.length));
  }

  /**
   * A view of a buffer's elements from its position to its limit; the buffer's own position does
   * not move.
   *
   * @param values a {@link FloatBuffer}, {@link DoubleBuffer}, {@link LongBuffer} or {@link
   *     IntBuffer}, little-endian, heap or direct
   * @param shape the extent of each axis; one axis if left out
   * @return the view, of F32, F64, I64 or I32
   * @throws InvalidInputException if the buffer is of another type or byte order, or the shape does
   *     not have as many elements as remain in it
   */
  public static Tensor of(Buffer values, long... shape) {
    record Kind(DType dtype, ByteOrder order) {}
    Kind kind =
        switch (values) {
          case FloatBuffer b -> new Kind(DType.F32, b.order());
          case DoubleBuffer b -> new Kind(DType.F64, b.order());
          case LongBuffer b -> new Kind(DType.I64, b.order());
          case IntBuffer b -> new Kind(DType.I32, b.order());
          default ->
              throw new InvalidInputException(
                  "a %s has no element type; give its memory segment and a DType"
                      .formatted(values.getClass().getSimpleName()));
        };
    if (kind.order() != ByteOrder.LITTLE_ENDIAN) {
      throw new InvalidInputException(
          "the buffer is big-endian; set its order to ByteOrder.LITTLE_ENDIAN");
    }
    return new Tensor(
        MemorySegment.ofBuffer(values), kind.dtype(), orFlat(shape, values.remaining()));
  }

  /**
   * A tensor without axes.
   *
   * @param value its only element
   * @param dtype a floating type; the value is rounded to it
   * @return a tensor of its own memory
   */
  public static Tensor scalar(double value, DType dtype) {
    // On the heap: native memory takes longer to get than a small loss to compute.
    MemorySegment memory = MemorySegment.ofArray(new byte[dtype.bytes()]);
    Tensor scalar = new Tensor(memory, dtype, new long[0]);
    scalar.setDouble(0, value);
    return scalar;
  }

  /**
   * New memory outside the Java heap, filled with zeros and freed when the tensor is no longer
   * reachable.
   *
   * @param dtype the element type
   * @param shape the extent of each axis
   * @return the tensor
   * @throws InvalidInputException if an extent is negative
   */
  public static Tensor allocate(DType dtype, long... shape) {
    return allocate(Arena.ofAuto(), dtype, shape);
  }

  /**
   * New memory outside the Java heap, filled with zeros and freed with an arena.
   *
   * @param arena the owner of the memory
   * @param dtype the element type
   * @param shape the extent of each axis
   * @return the tensor
   * @throws InvalidInputException if an extent is negative
   */
  public static Tensor allocate(Arena arena, DType dtype, long... shape) {
    long bytes = bytes(elements(shape), dtype, shape);
    return new Tensor(arena.allocate(bytes, ALIGNMENT), dtype, shape);
  }

  /**
   * The memory itself, not a copy.
   *
   * @return exactly the bytes of the elements
   * @throws InvalidInputException if they are in a device's memory
   */
  public MemorySegment memory() {
    if (memory == null) {
      throw new InvalidInputException(
          this + " is in a device's memory; what Tensor.toHost() returns is in the host's");
    }
    return memory;
  }

  /**
   * The device's memory that the elements are in.
   *
   * @return exactly the bytes of the elements; null if they are in the host's {@link #memory()}
   */
  public @Nullable DeviceStorage storage() {
    return storage;
  }

  /**
   * The elements in the host's memory.
   *
   * @return this tensor if it is there, else a copy
   */
  public Tensor toHost() {
    if (storage == null) {
      return this;
    }
    Tensor copy = allocate(dtype, shape);
    copy.copyFrom(this);
    return copy;
  }

  /**
   * Copies the elements of another tensor, from and to any memory.
   *
   * @param source as many elements of the same type
   * @throws InvalidInputException if the type or the number of elements differs
   */
  public void copyFrom(Tensor source) {
    if (source.dtype != dtype || source.size != size) {
      throw new InvalidInputException("%s cannot be copied to %s".formatted(source, this));
    }
    if (storage != null) {
      storage.copyFrom(source.toHost().memory());
    } else if (source.storage != null) {
      source.storage.copyTo(memory());
    } else {
      memory().copyFrom(source.memory());
    }
  }

  /**
   * Whether the memory must not be written.
   *
   * @return whether this tensor cannot be a destination
   */
  public boolean isReadOnly() {
    return storage != null ? storage.isReadOnly() : memory().isReadOnly();
  }

  /**
   * Whether two tensors have bytes of memory in common.
   *
   * @param other any tensor
   * @return false if they only lie next to each other
   */
  public boolean overlaps(Tensor other) {
    if (storage != null && other.storage != null) {
      return storage.overlaps(other.storage);
    }
    return memory != null
        && other.memory != null
        && memory.asOverlappingSlice(other.memory).isPresent();
  }

  /**
   * The element type.
   *
   * @return the type
   */
  public DType dtype() {
    return dtype;
  }

  /**
   * The extents of the axes.
   *
   * @return a copy
   */
  public long[] shape() {
    return shape.clone();
  }

  /**
   * The number of axes.
   *
   * @return 0 for a scalar
   */
  public int rank() {
    return shape.length;
  }

  /**
   * The extent of an axis.
   *
   * @param axis from 0 to rank - 1
   * @return the extent
   */
  public long extent(int axis) {
    return shape[axis];
  }

  /**
   * The number of elements.
   *
   * @return the product of the extents; 1 for a scalar
   */
  public long size() {
    return size;
  }

  /**
   * The same memory with another shape.
   *
   * @param newShape the extents, with as many elements as this tensor
   * @return a view
   * @throws InvalidInputException if the number of elements differs
   */
  public Tensor reshape(long... newShape) {
    return storage != null ? of(storage, dtype, newShape) : of(memory(), dtype, newShape);
  }

  /**
   * A range along the first axis.
   *
   * @param from the first index
   * @param count how many
   * @return a view of the range; its first extent is {@code count}
   * @throws InvalidInputException if there is no first axis or the range lies outside it
   */
  public Tensor slice(long from, long count) {
    if (shape.length == 0 || from < 0 || count < 0 || from > shape[0] - count) {
      throw new InvalidInputException(
          "no range of %,d from %,d along the first axis of shape %s"
              .formatted(count, from, Arrays.toString(shape)));
    }
    long[] part = shape.clone();
    part[0] = count;
    long stride = count == 0 ? 0 : elements(part) / count * dtype.bytes();
    long start = from * stride;
    long bytes = count * stride;
    return storage != null
        ? of(storage.slice(start, bytes), dtype, part)
        : of(memory().asSlice(start, bytes), dtype, part);
  }

  /**
   * One element as a double; exact for every type but I64 beyond 2<sup>53</sup>.
   *
   * @param index its row-major position
   * @return its value
   */
  public double getDouble(long index) {
    return Elements.getDouble(memory(), dtype, index);
  }

  /**
   * One element of an integer type.
   *
   * @param index its row-major position
   * @return its value
   * @throws InvalidInputException if the type is floating
   */
  public long getLong(long index) {
    return Elements.getLong(memory(), dtype, index);
  }

  /**
   * Sets one element of a floating type, rounded to nearest, ties to even.
   *
   * @param index its row-major position
   * @param value its value
   * @throws InvalidInputException if the type is not floating
   */
  public void setDouble(long index, double value) {
    Elements.setDouble(memory(), dtype, index, value);
  }

  /**
   * Sets one element of an integer type, keeping the low bits.
   *
   * @param index its row-major position
   * @param value its value
   * @throws InvalidInputException if the type is floating
   */
  public void setLong(long index, long value) {
    Elements.setLong(memory(), dtype, index, value);
  }

  /**
   * The elements as doubles.
   *
   * @return a new array
   * @throws InvalidInputException if there are more than an array holds
   */
  public double[] toDoubleArray() {
    double[] values = new double[arrayLength()];
    if (dtype == DType.F32) {
      MemorySegment floats = memory();
      for (int i = 0; i < values.length; i++) {
        values[i] = floats.get(F32, (long) i * Float.BYTES);
      }
      return values;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = getDouble(i);
    }
    return values;
  }

  /**
   * The elements as floats, rounded if they are wider.
   *
   * @return a new array
   * @throws InvalidInputException if there are more than an array holds
   */
  public float[] toFloatArray() {
    float[] values = new float[arrayLength()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) getDouble(i);
    }
    return values;
  }

  /**
   * The elements of an integer tensor.
   *
   * @return a new array
   * @throws InvalidInputException if the type is floating or there are more than an array holds
   */
  public long[] toLongArray() {
    long[] values = new long[arrayLength()];
    for (int i = 0; i < values.length; i++) {
      values[i] = getLong(i);
    }
    return values;
  }

  @Override
  public String toString() {
    return dtype + Arrays.toString(shape);
  }

  private int arrayLength() {
    if (size > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(this + " has more elements than a Java array holds");
    }
    return (int) size;
  }

  private static long[] orFlat(long[] shape, long length) {
    return shape.length == 0 ? new long[] {length} : shape;
  }

  private static long elements(long[] shape) {
    long elements = 1;
    boolean empty = false;
    for (long extent : shape) {
      if (extent < 0) {
        throw new InvalidInputException("a negative extent in shape " + Arrays.toString(shape));
      }
      empty |= extent == 0;
    }
    if (empty) {
      return 0;
    }
    try {
      for (long extent : shape) {
        elements = Math.multiplyExact(elements, extent);
      }
    } catch (ArithmeticException e) {
      throw tooLarge(shape);
    }
    return elements;
  }

  private static long bytes(long elements, DType dtype, long[] shape) {
    try {
      return Math.multiplyExact(elements, dtype.bytes());
    } catch (ArithmeticException e) {
      throw tooLarge(shape);
    }
  }

  private static InvalidInputException tooLarge(long[] shape) {
    return new InvalidInputException(
        "shape %s has more than 2^63 bytes".formatted(Arrays.toString(shape)));
  }
}
