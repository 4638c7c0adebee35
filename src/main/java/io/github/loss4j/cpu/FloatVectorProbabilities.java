// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfProduct;
import static io.github.loss4j.cpu.FloatVectors.at;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Probabilities of a segment of a row from its logits, as double words.
 *
 * <p>Lengths here are of whole vectors.
 */
final class FloatVectorProbabilities {
  private static final int WIDTH = FloatVectors.WIDTH;

  /** An exponent with which nothing is left of a number. */
  private static final float NOTHING = -1024;

  private FloatVectorProbabilities() {}

  static void logProbabilities(float[] x, float reference, float nll, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      at(x, i).sub(reference).sub(nll).intoArray(into, i);
    }
  }

  /** No power of 2 takes two factors, and no element is to be clamped. */
  static void probabilitiesNormally(
      float[] x, RowPush push, DoubleWord tied, FloatWords into, int length) {
    FloatVector tiedHead = FloatVectors.of((float) tied.head());
    FloatVector tiedTail = FloatVectors.of((float) tied.tail());
    FloatVector fHead = FloatVectors.of((float) push.factor().head());
    FloatVector fTail = FloatVectors.of((float) push.factor().tail());
    float reference = (float) push.reference();
    int toPower =
        (FloatArithmetic.BIAS - FloatArithmetic.ROUND_TO_INTEGER_BITS - push.exponent()) << 23;
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector y = at(x, i);
      FloatVector t = FloatVectors.rounded(y);
      FloatVector f = FloatVectors.fraction(y, t);
      FloatVector slope = FloatVectors.slope(f);
      FloatVector e = slope.fma(f, FloatVectors.of(1));
      FloatVector tailOfE = slope.fma(f, FloatVectors.of(1).sub(e));
      FloatVector product = e.mul(fHead);
      FloatVector tail = tailOfProduct(e, tailOfE, fHead, fTail, product);
      FloatVector power =
          t.reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 23)
              .add(toPower)
              .reinterpretAsFloats();
      VectorMask<Float> equal = y.compare(VectorOperators.EQ, reference);
      product.mul(power).blend(tiedHead, equal).intoArray(into.heads(), i);
      tail.mul(power).blend(tiedTail, equal).intoArray(into.tails(), i);
    }
  }

  /** e^x as words near 1 and powers of two. */
  static void exponentials(
      float[] x, RowPush push, FloatWords into, float[] exponents, int length) {
    FloatVector shift = FloatVectors.of((float) push.shift());
    float exponent = push.exponent();
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector y = FloatVectors.clamped(at(x, i).sub(shift));
      FloatVector t = FloatVectors.rounded(y);
      FloatVector n = t.sub(FloatArithmetic.ROUND_TO_INTEGER).sub(exponent);
      n.blend(NOTHING, n.compare(VectorOperators.LT, NOTHING)).intoArray(exponents, i);
      FloatVector f = FloatVectors.fraction(y, t);
      FloatVector slope = FloatVectors.slope(f);
      FloatVector head = slope.fma(f, FloatVectors.of(1));
      head.intoArray(into.heads(), i);
      slope.fma(f, FloatVectors.of(1).sub(head)).intoArray(into.tails(), i);
    }
  }

  static void multiply(FloatWords exponential, DoubleWord factor, FloatWords into, int length) {
    FloatVector fHead = FloatVectors.of((float) factor.head());
    FloatVector fTail = FloatVectors.of((float) factor.tail());
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector head = at(exponential.heads(), i);
      FloatVector product = head.mul(fHead);
      FloatVector tail = tailOfProduct(head, at(exponential.tails(), i), fHead, fTail, product);
      product.intoArray(into.heads(), i);
      tail.intoArray(into.tails(), i);
    }
  }

  static void tie(float[] x, float reference, DoubleWord tied, FloatWords words, int length) {
    FloatVector head = FloatVectors.of((float) tied.head());
    FloatVector tail = FloatVectors.of((float) tied.tail());
    for (int i = 0; i < length; i += WIDTH) {
      VectorMask<Float> equal = at(x, i).compare(VectorOperators.EQ, reference);
      at(words.heads(), i).blend(head, equal).intoArray(words.heads(), i);
      at(words.tails(), i).blend(tail, equal).intoArray(words.tails(), i);
    }
  }
}
