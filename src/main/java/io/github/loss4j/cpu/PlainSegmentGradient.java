// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/** In plain Java, for all layouts and types. */
final class PlainSegmentGradient implements SegmentGradient {
  private final RowView logits;
  private final RowView gradient;
  private final Arithmetic arithmetic;
  private final double[] x;

  PlainSegmentGradient(RowView logits, RowView gradient, Arithmetic arithmetic) {
    this.logits = logits;
    this.gradient = gradient;
    this.arithmetic = arithmetic;
    x = logits.segment();
  }

  @Override
  public void write(long row, int from, RowPush push) {
    int count = logits.read(row, from, x);
    arithmetic.push(x, count, push);
    int label = push.label() - from;
    if (label >= 0 && label < count) {
      x[label] = push.atLabel();
    }
    logits.chain(row, from, x);
    gradient.write(row, from, x);
  }
}
