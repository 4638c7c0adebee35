// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

/**
 * A block of elements of an elementwise loss in F32, and what a {@link FloatVectorElementLoss}
 * makes of them; each {@link Element} of it, but side by side.
 */
final class ElementBlock {
  /** A multiple of a vector's length; elements beyond those that there are may be anything. */
  final int length;

  final boolean ofInput;
  final boolean ofTarget;
  final float[] x;
  final float[] t;
  final float[] factor;
  final FloatWords loss;
  final FloatWords inputDerivative;
  final FloatWords targetDerivative;

  /** A block whose derivatives are computed as far as they are asked for. */
  ElementBlock(int length, boolean ofInput, boolean ofTarget) {
    this.length = length;
    this.ofInput = ofInput;
    this.ofTarget = ofTarget;
    x = new float[length];
    t = new float[length];
    factor = new float[length];
    loss = new FloatWords(length);
    inputDerivative = new FloatWords(ofInput ? length : 0);
    targetDerivative = new FloatWords(ofTarget ? length : 0);
  }

  /** Takes over what was computed of one element. */
  void set(int i, Element element) {
    loss.set(i, element.loss);
    if (ofInput) {
      inputDerivative.set(i, element.inputDerivative);
    }
    if (ofTarget) {
      targetDerivative.set(i, element.targetDerivative);
    }
  }
}
