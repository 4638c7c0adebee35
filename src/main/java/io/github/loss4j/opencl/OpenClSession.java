// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.BackendUnavailableException;
import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LossBackend.Status;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.HostSession;
import java.lang.foreign.MemorySegment;
import org.jocl.CL;
import org.jocl.cl_context;
import org.jocl.cl_device_id;
import org.jocl.cl_mem;

/**
 * A session in an OpenCL context of the caller's own, whose buffers it reads and writes where they
 * are: nothing is copied.
 *
 * {@snippet file="io/github/loss4j/examples/OpenClBuffers.java" region="buffers"}
 *
 * <p>Inputs, target probabilities, upstream gradients and the destinations of gradients may be such
 * tensors, some or all of them. Labels and weights may be too, but are copied to the host, which
 * checks them, and so are the input and target of {@link io.github.loss4j.BCELoss} and what is
 * broadcast. The loss and its statistics lie on the host.
 *
 * <p>The caller keeps the buffers alive. What its own queues do to them must have ended before a
 * call, and a call returns when its results are there. The session has queues of its own, and
 * closing it leaves the context and the buffers to the caller.
 */
public final class OpenClSession extends HostSession {
  private final ClContext context;

  OpenClSession(ClContext context) {
    this(context, LaunchPlans.of(context.device()));
  }

  OpenClSession(ClContext context, LaunchPlans plans) {
    super(OpenClBackend.NAME, context.device().name(), new OpenClKernels(context, plans));
    this.context = context;
  }

  /**
   * Opens a session on a device of a context. JOCL throws exceptions from then on, in the caller's
   * code too.
   *
   * @param context made by the caller, who releases it
   * @param device one of its devices
   * @return the session; the caller closes it
   * @throws BackendUnavailableException if the device cannot serve
   */
  public static OpenClSession open(cl_context context, cl_device_id device) {
    CL.setExceptionsEnabled(true);
    ClDevice probed = ClPlatform.probe(device);
    if (probed.status() instanceof Status.Unusable(String reason)) {
      throw new BackendUnavailableException(
          "the OpenCL device %s cannot serve: %s".formatted(probed.name(), reason));
    }
    return new OpenClSession(ClContext.of(probed, context));
  }

  /**
   * A view of a buffer, for this session. Of a part of a buffer, take {@link Tensor#slice} and
   * {@link Tensor#reshape}.
   *
   * @param buffer of the context that this session was opened in, with exactly the elements,
   *     row-major
   * @param dtype their type
   * @param shape the extent of each axis; none for a scalar
   * @return the view
   * @throws InvalidInputException if an extent is negative, the buffer's size is not that of the
   *     shape, it is of another context, or kernels may not read it
   */
  public Tensor tensor(cl_mem buffer, DType dtype, long... shape) {
    ClBuffer whole = ClBuffer.of(this, buffer);
    return Tensor.of(new ClStorage(whole, 0, whole.byteSize()), dtype, shape);
  }

  ClContext context() {
    return context;
  }

  void download(ClStorage from, MemorySegment host) {
    during(
        () -> {
          try (ClCall call = context.call()) {
            call.download(from, host);
            call.finish();
          }
        });
  }

  void upload(MemorySegment host, ClStorage to) {
    during(
        () -> {
          try (ClCall call = context.call()) {
            call.upload(host, to);
            call.finish();
          }
        });
  }
}
