// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.opencl;

import io.github.loss4j.CrossEntropyLoss;
import io.github.loss4j.DType;
import io.github.loss4j.Reduction;
import io.github.loss4j.Request;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.Rows;
import java.util.Objects;
import java.util.Random;
import org.jocl.CL;
import org.jocl.cl_mem;
import org.jspecify.annotations.Nullable;

/**
 * What a launch plan is measured with: a loss, and the same with its gradient, of logits that are
 * in the device's memory, so that no transfer counts.
 */
final class TuningTask implements AutoCloseable {
  private static final int LONG = 32_000;
  private static final int FEW_LONG = 131_072;
  private static final int SHORT = 500;
  private static final int STRIDED = 20;
  private static final int INNER = 1 << 12;

  /** So many elements that a launch is a small part of the time. */
  private static final long ELEMENTS_OF_CPU = 1 << 22;

  private static final long ELEMENTS_OF_GPU = 1 << 27;

  private static final int PATTERN = 100_003;

  private final OpenClSession session;
  private final CrossEntropyLoss loss = new CrossEntropyLoss().withReduction(Reduction.NONE);
  private final Rows rows;
  private final Tensor labels;
  private final cl_mem logitsBuffer;
  private final cl_mem gradientBuffer;
  private final Tensor logits;
  private final Tensor gradient;
  private Tensor losses;
  private @Nullable Tensor standardLosses;
  private @Nullable Tensor standardGradient;

  TuningTask(OpenClSession session, RowClass of) {
    this.session = session;
    DType dtype = of.elementBytes() == 2 ? DType.BF16 : DType.F32;
    rows = rows(session.context().device(), of);
    long[] shape = {rows.outer(), rows.classes(), rows.inner()};
    labels = Tensor.allocate(DType.I32, rows.outer(), rows.inner());
    losses = labels;
    Random random = new Random(1);
    for (long row = 0; row < labels.size(); row++) {
      labels.setLong(row, random.nextInt(rows.classes()));
    }
    long bytes = rows.size() * dtype.bytes();
    logitsBuffer = buffer(bytes);
    gradientBuffer = buffer(bytes);
    gradient = session.tensor(gradientBuffer, dtype, shape);
    logits = session.tensor(logitsBuffer, dtype, shape);
    fill(logits.reshape(logits.size()), random);
  }

  private static Rows rows(ClDevice device, RowClass of) {
    long most = Math.min(device.maxAllocBytes(), device.globalBytes() / 8) / Float.BYTES;
    long elements = Math.min(most, device.cpu() ? ELEMENTS_OF_CPU : ELEMENTS_OF_GPU);
    long few = RowClass.fewRows(device);
    if (of.strided()) {
      return new Rows(Math.max(1, elements / STRIDED / INNER), STRIDED, INNER);
    }
    if (of.few()) {
      return new Rows(Math.max(1, few - 1), of.several() ? FEW_LONG : SHORT, 1);
    }
    int classes = of.several() ? LONG : SHORT;
    return new Rows(Math.max(few, elements / classes), classes, 1);
  }

  private cl_mem buffer(long bytes) {
    ClContext context = session.context();
    return context
        .device()
        .check(
            "clCreateBuffer of %,d bytes".formatted(bytes),
            () -> CL.clCreateBuffer(context.handle(), CL.CL_MEM_READ_WRITE, bytes, null, null));
  }

  private static void fill(Tensor flat, Random random) {
    Tensor pattern = Tensor.allocate(flat.dtype(), Math.min(PATTERN, flat.size()));
    for (long i = 0; i < pattern.size(); i++) {
      pattern.setDouble(i, 4 * random.nextGaussian());
    }
    for (long at = 0; at < flat.size(); at += pattern.size()) {
      long count = Math.min(pattern.size(), flat.size() - at);
      flat.slice(at, count).copyFrom(pattern.slice(0, count));
    }
  }

  Rows rows() {
    return rows;
  }

  void run() {
    Tensor input = rows.inner() == 1 ? logits.reshape(rows.outer(), rows.classes()) : logits;
    Tensor into = gradient.reshape(input.shape());
    Tensor target = labels.reshape(losses(input));
    session.evaluate(loss, input, target);
    losses = session.evaluate(loss, input, target, Request.gradient(into)).loss();
  }

  private static long[] losses(Tensor input) {
    return input.rank() == 2
        ? new long[] {input.extent(0)}
        : new long[] {input.extent(0), input.extent(2)};
  }

  /** Those of the last run are the ones to be reached. */
  void keepResults() {
    standardLosses = losses;
    standardGradient = gradient.toHost();
  }

  boolean hasTheSameResults() {
    return isSame(Objects.requireNonNull(standardLosses), losses)
        && isSame(Objects.requireNonNull(standardGradient), gradient.toHost());
  }

  private static boolean isSame(Tensor a, Tensor b) {
    return a.memory().mismatch(b.memory()) < 0;
  }

  @Override
  public void close() {
    CL.clReleaseMemObject(logitsBuffer);
    CL.clReleaseMemObject(gradientBuffer);
  }
}
