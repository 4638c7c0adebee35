// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.DType;
import io.github.loss4j.DeviceMemory;
import java.util.List;

/** Kernels that must not be reached: for inputs that are refused before anything is launched. */
final class UnreachableKernels implements RowKernels {
  private final List<DType> supported;

  UnreachableKernels(DType... supported) {
    this.supported = List.of(supported);
  }

  @Override
  public boolean supports(DType arithmetic) {
    return supported.contains(arithmetic);
  }

  @Override
  public long maxInputBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public void labels(LabelRows rows) {
    throw launched(rows);
  }

  @Override
  public void probabilities(ProbabilityRows rows) {
    throw launched(rows);
  }

  @Override
  public void elements(Elements elements) {
    throw launched(elements);
  }

  @Override
  public void normalize(Normalize rows) {
    throw launched(rows);
  }

  @Override
  public void normalizeGradient(NormalizeGradient rows) {
    throw launched(rows);
  }

  @Override
  public void multiply(MatrixProduct product) {
    throw launched(product);
  }

  @Override
  public DeviceMemory memory(long bytes) {
    throw new AssertionError("opened");
  }

  private static AssertionError launched(Record rows) {
    return new AssertionError("launched: " + rows);
  }

  @Override
  public void close() {}
}
