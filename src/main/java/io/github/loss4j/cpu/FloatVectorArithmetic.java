// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/** The same arithmetic with loops that use the Vector API. */
final class FloatVectorArithmetic extends FloatArithmetic {
  static final FloatVectorArithmetic INSTANCE = new FloatVectorArithmetic();

  private FloatVectorArithmetic() {}

  @Override
  SegmentSum segmentSum(RowView view) {
    return FloatVectorSum.canRead(view) ? new FloatVectorSum(view, this) : super.segmentSum(view);
  }

  @Override
  SegmentGradient segmentGradient(RowView logits, RowView gradient) {
    return FloatVectorGradient.canWrite(logits, gradient)
        ? new FloatVectorGradient(logits, gradient, this)
        : super.segmentGradient(logits, gradient);
  }
}
