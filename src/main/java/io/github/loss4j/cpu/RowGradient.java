// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowKernels.Gradient;
import io.github.loss4j.host.RowOrder;
import io.github.loss4j.host.Rows;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where a row's gradient goes, and what it is multiplied by. */
final class RowGradient {
  private final RowView destination;
  private final RowView logits;
  private final @Nullable Tensor upstream;
  private final DoubleWord scale;
  private final Arithmetic arithmetic;

  /** Has memory of its own, which losses that write their gradients themselves do without. */
  private @Nullable SegmentGradient segments;

  RowGradient(Gradient gradient, RowView logits, Rows rows, Arithmetic arithmetic) {
    destination = new RowView(gradient.destination(), rows);
    this.logits = logits;
    upstream = gradient.upstream();
    scale = DoubleWord.of(gradient.scale());
    this.arithmetic = arithmetic;
  }

  static @Nullable RowGradient orNull(
      @Nullable Gradient gradient, RowView logits, Rows rows, Arithmetic arithmetic) {
    return gradient == null ? null : new RowGradient(gradient, logits, rows, arithmetic);
  }

  /** The gradient of the caller's function with respect to the row's loss. */
  DoubleWord upstream(long row) {
    return upstream == null ? scale : DoubleWord.of(upstream.getDouble(row));
  }

  RowView destination() {
    return destination;
  }

  /** Infinite weights pull to both sides at the label, which makes NaN of it as in PyTorch. */
  double atLabel(DoubleWord rowUpstream, double weight, DoubleWord derivative) {
    return Double.isFinite(rowUpstream.times(weight, arithmetic))
        ? rowUpstream.times(derivative, arithmetic)
        : Double.NaN;
  }

  /** Writes a row's gradient. */
  void write(long row, RowPush push) {
    if (segments == null) {
      segments = arithmetic.segmentGradient(logits, destination);
    }
    for (int from = 0; from < destination.classes(); from += RowOrder.SEGMENT) {
      segments.write(row, from, push);
    }
  }

  /**
   * As in PyTorch, the gradient of an ignored row of logits is NaN where its softmax is, else 0.
   */
  void ignore(long row, RowSoftmax softmax) {
    if (softmax.isDefined()) {
      destination.clear(row);
      return;
    }
    double[] nans = new double[destination.count(0)];
    Arrays.fill(nans, Double.NaN);
    for (int c = 0; c < destination.classes(); c += RowOrder.SEGMENT) {
      destination.write(row, c, nans);
    }
  }
}
