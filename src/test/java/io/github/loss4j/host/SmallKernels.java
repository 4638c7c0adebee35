// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.DType;
import io.github.loss4j.DeviceMemory;
import io.github.loss4j.cpu.JavaKernels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The Java kernels on a device of little memory, which notes the pieces that it computed. */
final class SmallKernels implements RowKernels {
  private final RowKernels kernels = JavaKernels.open(1);
  private final long maxInputBytes;
  private final long memoryElements;
  private final int piecesAtATime;
  private final List<Rows> computed = Collections.synchronizedList(new ArrayList<>());

  /**
   * A device.
   *
   * @param maxInputBytes what it says it takes
   * @param memoryElements how many elements it has memory for when it comes to it
   */
  SmallKernels(long maxInputBytes, long memoryElements) {
    this(maxInputBytes, memoryElements, 1);
  }

  /** A device that computes while others of its pieces are on their way. */
  SmallKernels(long maxInputBytes, long memoryElements, int piecesAtATime) {
    this.piecesAtATime = piecesAtATime;
    this.maxInputBytes = maxInputBytes;
    this.memoryElements = memoryElements;
  }

  List<Rows> computed() {
    return computed;
  }

  private void enter(Rows rows) {
    if (rows.size() > memoryElements) {
      throw new DeviceMemoryException(
          "no memory for %d elements on a small device".formatted(rows.size()), null);
    }
    computed.add(rows);
  }

  @Override
  public boolean supports(DType arithmetic) {
    return true;
  }

  @Override
  public long maxInputBytes() {
    return maxInputBytes;
  }

  @Override
  public int piecesAtATime() {
    return piecesAtATime;
  }

  @Override
  public void labels(LabelRows rows) {
    enter(rows.rows());
    kernels.labels(rows);
  }

  @Override
  public void probabilities(ProbabilityRows rows) {
    enter(rows.rows());
    kernels.probabilities(rows);
  }

  @Override
  public void elements(Elements elements) {
    enter(new Rows(elements.count(), 1, 1));
    kernels.elements(elements);
  }

  @Override
  public void normalize(Normalize rows) {
    enter(rows.rows());
    kernels.normalize(rows);
  }

  @Override
  public void normalizeGradient(NormalizeGradient rows) {
    enter(rows.rows());
    kernels.normalizeGradient(rows);
  }

  @Override
  public void multiply(MatrixProduct product) {
    kernels.multiply(product);
  }

  @Override
  public DeviceMemory memory(long bytes) {
    return kernels.memory(bytes);
  }

  @Override
  public void close() {
    kernels.close();
  }
}
