// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.Tensor;
import io.github.loss4j.host.RowOrder;
import org.jspecify.annotations.Nullable;

/** What label smoothing makes of every class of a row. */
final class SmoothedRow {
  private final RowView logits;
  private final RowSoftmax softmax;
  private final @Nullable Tensor weight;
  private final OrderedDot dot;
  private final SegmentWords x;
  private final SegmentWords y;
  private final SegmentWords w;

  SmoothedRow(RowView logits, RowSoftmax softmax, @Nullable Tensor weight, Arithmetic arithmetic) {
    this.logits = logits;
    this.softmax = softmax;
    this.weight = weight;
    dot = new OrderedDot(arithmetic);
    x = arithmetic.segmentWords(logits.classes());
    y = arithmetic.segmentWords(logits.classes());
    w = arithmetic.segmentWords(logits.classes());
  }

  /** The weighted sum of log p. */
  double logProbabilities(long row) {
    dot.reset();
    for (int c = 0; c < logits.classes(); c += RowOrder.SEGMENT) {
      read(row, c);
      y.logProbabilities(x, softmax);
      dot.addSegment(w, y);
    }
    return dot.sum();
  }

  /** Writes push p - evenly w, but at the label. */
  void writeGradient(
      RowView into, long row, DoubleWord push, DoubleWord evenly, int label, double atLabel) {
    for (int c = 0; c < logits.classes(); c += RowOrder.SEGMENT) {
      read(row, c);
      y.probabilities(x, softmax);
      y.timesLess(y, push, evenly, w);
      if (label >= c && label < c + y.count()) {
        y.set(label - c, atLabel);
      }
      y.chain(logits, row, c);
      y.write(into, row, c);
    }
  }

  private void read(long row, int from) {
    x.read(logits, row, from);
    w.resize(x);
    w.readWeights(weight, from);
  }
}
