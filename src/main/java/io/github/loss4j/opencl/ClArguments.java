// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jspecify.annotations.Nullable;

/** Hands arguments to kernels through eight bytes of direct memory: no Java array is pinned. */
final class ClArguments {
  private final ClDevice device;
  private final ByteBuffer value;
  private final Pointer pointer;

  ClArguments(ClDevice device, Arena arena) {
    this.device = device;
    this.value =
        arena.allocate(Long.BYTES, Long.BYTES).asByteBuffer().order(ByteOrder.nativeOrder());
    this.pointer = Pointer.to(value);
  }

  /**
   * Sets all arguments of a kernel.
   *
   * @param entry the kernel's name, for messages
   * @throws IllegalArgumentException if there are not as many as the kernel has parameters, or one
   *     is of a type that no parameter has
   */
  void set(cl_kernel kernel, String entry, @Nullable Object... values) {
    List<@Nullable Object> arguments = new ArrayList<>();
    for (Object value : values) {
      if (value instanceof ClView(cl_mem buffer, long first)) {
        arguments.add(buffer);
        arguments.add(first);
      } else {
        arguments.add(value);
      }
    }
    device.check(
        "clGetKernelInfo",
        () -> CL.clGetKernelInfo(kernel, CL.CL_KERNEL_NUM_ARGS, Sizeof.cl_uint, pointer, null));
    int parameters = value.getInt(0);
    if (parameters != arguments.size()) {
      throw new IllegalArgumentException(
          "the kernel %s takes %d arguments, not %d"
              .formatted(entry, parameters, arguments.size()));
    }
    for (int i = 0; i < arguments.size(); i++) {
      set(kernel, entry, i, arguments.get(i));
    }
  }

  private void set(cl_kernel kernel, String entry, int index, @Nullable Object argument) {
    long size =
        switch (argument) {
          case null -> {
            value.putLong(0, 0);
            yield Sizeof.cl_mem;
          }
          case cl_mem buffer -> {
            value.putLong(0, buffer.getNativePointer());
            yield Sizeof.cl_mem;
          }
          case Integer number -> {
            value.putInt(0, number);
            yield Integer.BYTES;
          }
          case Long number -> {
            value.putLong(0, number);
            yield Long.BYTES;
          }
          case Float number -> {
            value.putFloat(0, number);
            yield Float.BYTES;
          }
          case Double number -> {
            value.putDouble(0, number);
            yield Double.BYTES;
          }
          default ->
              throw new IllegalArgumentException(
                  "argument %d of the kernel %s is a %s, which no kernel takes"
                      .formatted(index, entry, argument.getClass().getSimpleName()));
        };
    device.check(
        "clSetKernelArg %d of %s".formatted(index, entry),
        () -> CL.clSetKernelArg(kernel, index, size, pointer));
  }
}
