// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import org.jocl.CL;
import org.jocl.cl_program;

/** A device with a few one-line kernels, for tests of what runs kernels. */
final class TestKernels implements AutoCloseable {
  private static final String SOURCE =
      """
      kernel void twice(global const float *x, global float *y) {
        y[get_global_id(0)] = 2 * x[get_global_id(0)];
      }
      kernel void twice_in_place(global float *x) {
        x[get_global_id(0)] *= 2;
      }
      kernel void twice16(global const float *x, global float *y) {
        vstore16(2 * vload16(get_global_id(0), x), get_global_id(0), y);
      }
      kernel void copy_bytes(global const uchar *x, global uchar *y) {
        y[get_global_id(0)] = x[get_global_id(0)];
      }
      kernel void scalars(global float *y, global const float *none, int i, long l, float f) {
        y[get_global_id(0)] = none ? -1 : i + l + f;
      }
      """;

  final ClContext context;
  final cl_program program;

  private TestKernels(ClDevice device) {
    this.context = ClContext.open(device);
    this.program = context.build("test.cl", SOURCE, "");
  }

  static ClDevice device() {
    return ClDiscovery.get().devices().getFirst();
  }

  static TestKernels open() {
    return new TestKernels(device());
  }

  /** The same device as if its memory were its own, which is how a GPU is treated. */
  static TestKernels openWithMemoryOfItsOwn() {
    return new TestKernels(device(true));
  }

  /** The same device as it is, or as if it were a GPU. */
  static ClDevice device(boolean asGpu) {
    ClDevice device = device();
    return asGpu ? deviceWithMemoryOfItsOwn(device.maxAllocBytes()) : device;
  }

  /** The same device as if it were a GPU. */
  static ClDevice deviceWithMemoryOfItsOwn(long maxAllocBytes) {
    ClDevice d = device();
    return new ClDevice(
        d.platformId(),
        d.id(),
        d.name(),
        d.platform(),
        d.version(),
        d.driver(),
        true,
        false,
        d.fp64(),
        maxAllocBytes,
        d.globalBytes(),
        d.localBytes(),
        d.maxWorkGroup(),
        d.computeUnits(),
        d.status());
  }

  @Override
  public void close() {
    CL.clReleaseProgram(program);
    context.close();
  }
}
