// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.LossResult;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import io.github.loss4j.opencl.OpenClSession;
import java.util.Arrays;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_platform_id;
import org.jocl.cl_program;

/** An OpenCL program whose own kernel makes logits, which stay where they are. */
public final class OpenClBuffers {
  private static final int ROWS = 4;
  private static final int CLASSES = 3;

  /** Stands for a model. */
  private static final String MODEL =
      """
      kernel void model(global float *logits) {
        const int i = get_global_id(0);
        logits[i] = (i * 7) % 5;
      }
      """;

  private OpenClBuffers() {}

  /** Takes no arguments. */
  public static void main(String[] args) {
    System.setProperty("uniqueLibraryNames", "true"); // JOCL, for JVMs that start together
    CL.setExceptionsEnabled(true);
    cl_platform_id[] platforms = new cl_platform_id[1];
    CL.clGetPlatformIDs(1, platforms, null);
    cl_device_id[] devices = new cl_device_id[1];
    CL.clGetDeviceIDs(platforms[0], CL.CL_DEVICE_TYPE_DEFAULT, 1, devices, null);
    cl_context_properties properties = new cl_context_properties();
    properties.addProperty(CL.CL_CONTEXT_PLATFORM, platforms[0]);
    cl_context context = CL.clCreateContext(properties, 1, devices, null, null, null);
    try {
      evaluate(context, devices[0]);
    } finally {
      CL.clReleaseContext(context);
    }
  }

  private static void evaluate(cl_context context, cl_device_id device) {
    long bytes = (long) ROWS * CLASSES * Float.BYTES;
    cl_mem logitsBuffer = CL.clCreateBuffer(context, CL.CL_MEM_READ_WRITE, bytes, null, null);
    cl_mem gradientBuffer = CL.clCreateBuffer(context, CL.CL_MEM_READ_WRITE, bytes, null, null);
    runModel(context, device, logitsBuffer);

    // @start region="buffers"
    try (OpenClSession session = OpenClSession.open(context, device)) {
      Tensor logits = session.tensor(logitsBuffer, DType.F32, ROWS, CLASSES);
      Tensor gradient = session.tensor(gradientBuffer, DType.F32, ROWS, CLASSES);
      Tensor labels = Tensor.of(new long[] {2, 0, 1, 1});

      LossResult result =
          session.evaluate(new CrossEntropyLoss(), logits, labels, Request.gradient(gradient));
      System.out.println("loss      " + result.value());
      float[] first = gradient.slice(0, 1).toHost().toFloatArray(); // one row, to look at it
      System.out.println("gradient  " + Arrays.toString(first));
    }
    // @end

    CL.clReleaseMemObject(logitsBuffer);
    CL.clReleaseMemObject(gradientBuffer);
  }

  @SuppressWarnings("deprecation") // its successor does not exist in OpenCL 1.2
  private static void runModel(cl_context context, cl_device_id device, cl_mem logits) {
    cl_command_queue queue = CL.clCreateCommandQueue(context, device, 0, null);
    cl_program program = CL.clCreateProgramWithSource(context, 1, new String[] {MODEL}, null, null);
    CL.clBuildProgram(program, 0, null, null, null, null);
    cl_kernel kernel = CL.clCreateKernel(program, "model", null);
    CL.clSetKernelArg(kernel, 0, Sizeof.cl_mem, Pointer.to(logits));
    long[] items = {(long) ROWS * CLASSES};
    CL.clEnqueueNDRangeKernel(queue, kernel, 1, null, items, null, 0, null, null);
    CL.clFinish(queue); // before others use what it has written
    CL.clReleaseKernel(kernel);
    CL.clReleaseProgram(program);
    CL.clReleaseCommandQueue(queue);
  }
}
