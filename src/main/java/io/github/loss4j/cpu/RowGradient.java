// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowKernels.Gradient;
import io.github.loss4j.host.RowOrder;
import io.github.loss4j.host.Rows;
import org.jspecify.annotations.Nullable;

/** Where a row's gradient goes, and what it is multiplied by. */
final class RowGradient {
  private final RowView destination;
  private final @Nullable Tensor upstream;
  private final double scale;

  RowGradient(Gradient gradient, Rows rows, Arithmetic arithmetic) {
    destination = new RowView(gradient.destination(), rows);
    upstream = gradient.upstream();
    scale = arithmetic.round(gradient.scale());
  }

  static @Nullable RowGradient orNull(
      @Nullable Gradient gradient, Rows rows, Arithmetic arithmetic) {
    return gradient == null ? null : new RowGradient(gradient, rows, arithmetic);
  }

  /** The gradient of the caller's function with respect to the row's loss. */
  double upstream(long row) {
    return upstream == null ? scale : upstream.getDouble(row);
  }

  RowView destination() {
    return destination;
  }

  /** Writes zeros. */
  void clear(long row) {
    double[] zeros = new double[Math.min(RowOrder.SEGMENT, destination.classes())];
    for (int c = 0; c < destination.classes(); c += RowOrder.SEGMENT) {
      destination.write(row, c, zeros);
    }
  }
}
