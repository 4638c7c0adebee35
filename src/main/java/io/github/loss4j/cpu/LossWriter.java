// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.ExactSum;
import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowLosses;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The losses that one thread computes: summed, and written where they are wanted. */
final class LossWriter {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** So few are sooner written, and summed by the host. */
  private static final int WORTH_SUMMING = 1 << 9;

  private final RowLosses losses;
  private final boolean isFloat;
  private final @Nullable Tensor tensor;
  private final @Nullable ExactSum sum;
  private final @Nullable FloatBins bins;
  private final @Nullable FloatVectorSum vectors;

  LossWriter(RowLosses losses, Arithmetic arithmetic) {
    this.losses = losses;
    isFloat = losses.dtype() == DType.F32;
    boolean sums = losses.rows() > WORTH_SUMMING;
    tensor = sums ? losses.wanted() : losses.tensor();
    sum = sums ? new ExactSum() : null;
    bins = sum != null && isFloat ? new FloatBins(sum) : null;
    vectors = bins != null && arithmetic.hasVectors() ? new FloatVectorSum() : null;
  }

  /** Takes the loss of a row. */
  void set(long row, double loss) {
    if (tensor != null) {
      tensor.setDouble(row, loss);
    }
    if (sum != null) {
      sum.add(isFloat ? (float) loss : loss);
    }
  }

  /** Takes the losses of neighbours, which are F32 then: as many as are said of a block. */
  void set(long first, float[] block, int count) {
    if (tensor != null) {
      MemorySegment.copy(block, 0, tensor.memory(), F32, first * Float.BYTES, count);
    }
    if (sum == null || bins == null) {
      return;
    }
    double ofBlock = vectors != null && count == block.length ? vectors.of(block) : Double.NaN;
    if (Double.isNaN(ofBlock)) {
      bins.add(block, count);
    } else {
      sum.add(ofBlock);
    }
  }

  /**
   * Takes the losses of those of the neighbours that are known; the others' are 0 until they are.
   */
  void set(long first, float[] block, int count, boolean[] known) {
    if (!RowBlocks.areAll(known, count)) {
      for (int i = 0; i < count; i++) {
        block[i] = known[i] ? block[i] : 0;
      }
    }
    set(first, block, count);
  }

  /** Hands over what was summed. */
  void finish() {
    if (sum != null) {
      if (bins != null) {
        bins.move();
      }
      losses.add(sum);
    }
  }
}
