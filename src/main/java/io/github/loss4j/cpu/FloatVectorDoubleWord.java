// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectors.at;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * What {@link DoubleWord} does, for vectors and for blocks of F32: the same operations in the same
 * order. A vector's methods return one vector each, since C2 keeps objects of two on the heap: the
 * head of a result is made first, its tail from it. A block's result may be one of its operands.
 */
final class FloatVectorDoubleWord {
  private static final int WIDTH = FloatVectors.WIDTH;

  private FloatVectorDoubleWord() {}

  /** The tail of a + b, if |a| &ge; |b| or a is 0. */
  static FloatVector tailOfOrdered(FloatVector a, FloatVector b, FloatVector head) {
    return b.sub(head.sub(a));
  }

  /** The tail of a + b. */
  static FloatVector tailOfSum(FloatVector a, FloatVector b, FloatVector head) {
    FloatVector part = head.sub(a);
    return a.sub(head.sub(part)).add(b.sub(part));
  }

  /** The tail of a b. */
  static FloatVector tailOfProduct(FloatVector a, FloatVector b, FloatVector head) {
    return a.fma(b, head.neg());
  }

  /** The tail of a b of words; it may be larger than half an ulp of the head. */
  static FloatVector tailOfProduct(
      FloatVector a, FloatVector tailOfA, FloatVector b, FloatVector tailOfB, FloatVector head) {
    return tailOfProduct(a, b, head).add(a.fma(tailOfB, tailOfA.mul(b)));
  }

  /** Where a sum has a rest: a rest of 0 would take the sign of a 0, and a NaN is none. */
  static VectorMask<Float> some(FloatVector rest) {
    return rest.abs().compare(VectorOperators.GT, 0f);
  }

  /** The head of a sum and a rest. */
  static FloatVector headOfRest(FloatVector sum, FloatVector rest) {
    return sum.blend(sum.add(rest), some(rest));
  }

  /** The tail of a sum and a rest. */
  static FloatVector tailOfRest(FloatVector sum, FloatVector rest, FloatVector head) {
    return FloatVectors.of(0).blend(tailOfOrdered(sum, rest, head), some(rest));
  }

  /** Where a number is neither 0 nor infinite nor NaN. */
  static VectorMask<Float> ordinary(FloatVector x) {
    FloatVector size = x.abs();
    return size.compare(VectorOperators.GT, 0f)
        .and(size.compare(VectorOperators.LE, Float.MAX_VALUE));
  }

  /** 1 / m for m in [1, 2]. */
  static FloatVector reciprocal(FloatVector m) {
    FloatVector minusM = m.neg();
    FloatVector one = FloatVectors.of(1);
    FloatVector r = m.fma(FloatVectors.of(FloatArithmetic.R3), FloatVectors.of(FloatArithmetic.R2));
    r = r.fma(m, FloatVectors.of(FloatArithmetic.R1));
    r = r.fma(m, FloatVectors.of(FloatArithmetic.R0));
    r = r.fma(minusM.fma(r, one), r);
    return r.fma(minusM.fma(r, one), r);
  }

  /** 1 / m for m in [1, 2]. */
  static void reciprocals(float[] m, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      reciprocal(at(m, i)).intoArray(into, i);
    }
  }

  /** a + b without error, if |a| &ge; |b| or a is 0. */
  static void sumOfOrdered(float[] a, float[] b, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector head = at(a, i).add(at(b, i));
      FloatVector tail = tailOfOrdered(at(a, i), at(b, i), head);
      head.intoArray(into.heads(), i);
      tail.intoArray(into.tails(), i);
    }
  }

  /** a + b without error. */
  static void sumOf(float[] a, float[] b, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector head = at(a, i).add(at(b, i));
      FloatVector tail = tailOfSum(at(a, i), at(b, i), head);
      head.intoArray(into.heads(), i);
      tail.intoArray(into.tails(), i);
    }
  }

  /** The numbers nearest to words that are normalized. */
  static void round(FloatWords a, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      at(a.heads(), i).add(at(a.tails(), i)).intoArray(into, i);
    }
  }

  /** -a. */
  static void negate(FloatWords a, FloatWords into, int length) {
    negate(a.heads(), into.heads(), length);
    negate(a.tails(), into.tails(), length);
  }

  /** -a. */
  static void negate(float[] a, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      at(a, i).neg().intoArray(into, i);
    }
  }

  /** a + b. */
  static void plus(FloatWords a, FloatWords b, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector sum = at(a.heads(), i).add(at(b.heads(), i));
      FloatVector tails = at(a.tails(), i).add(at(b.tails(), i));
      FloatVector rest = tailOfSum(at(a.heads(), i), at(b.heads(), i), sum).add(tails);
      FloatVector head = headOfRest(sum, rest);
      head.intoArray(into.heads(), i);
      tailOfRest(sum, rest, head).intoArray(into.tails(), i);
    }
  }

  /** a b; the tail means nothing if the head is 0 or not finite. */
  static void by(FloatWords a, float[] b, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector factor = at(b, i);
      FloatVector head = at(a.heads(), i).mul(factor);
      FloatVector rest = tailOfProduct(at(a.heads(), i), factor, head);
      FloatVector tail = at(a.tails(), i).fma(factor, rest);
      head.intoArray(into.heads(), i);
      tail.intoArray(into.tails(), i);
    }
  }

  /** a b; the tail means nothing if the head is 0 or not finite. */
  static void by(FloatWords a, FloatWords b, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector x = at(a.heads(), i);
      FloatVector y = at(b.heads(), i);
      FloatVector head = x.mul(y);
      FloatVector rest = at(a.tails(), i).fma(y, tailOfProduct(x, y, head));
      FloatVector tail = x.fma(at(b.tails(), i), rest);
      head.intoArray(into.heads(), i);
      tail.intoArray(into.tails(), i);
    }
  }

  /** a / b for a head of b in [1, 2]. */
  static void quotients(FloatWords a, FloatWords b, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector divisor = at(b.heads(), i);
      FloatVector inverse = reciprocal(divisor);
      FloatVector q = at(a.heads(), i).mul(inverse);
      FloatVector minusQ = q.neg();
      FloatVector ofHead = minusQ.fma(at(b.tails(), i), minusQ.fma(divisor, at(a.heads(), i)));
      FloatVector correction = ofHead.add(at(a.tails(), i)).mul(inverse);
      FloatVector head = q.add(correction);
      head.intoArray(into.heads(), i);
      tailOfOrdered(q, correction, head).intoArray(into.tails(), i);
    }
  }

  /** a b, rounded nearly once; the sign of a 0 and what is not finite are the heads'. */
  static void times(FloatWords a, float[] b, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector factor = at(b, i);
      FloatVector product = at(a.heads(), i).mul(factor);
      FloatVector rounded = at(a.heads(), i).fma(factor, at(a.tails(), i).mul(factor));
      product.blend(rounded, ordinary(product)).intoArray(into, i);
    }
  }

  /** a b, rounded nearly once; the sign of a 0 and what is not finite are the heads'. */
  static void times(FloatWords a, FloatWords b, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector x = at(a.heads(), i);
      FloatVector y = at(b.heads(), i);
      FloatVector product = x.mul(y);
      FloatVector rounded = x.fma(y, x.fma(at(b.tails(), i), at(a.tails(), i).mul(y)));
      product.blend(rounded, ordinary(product)).intoArray(into, i);
    }
  }

  /** a b - c, rounded nearly once; what is not finite is the heads'. */
  static void timesLess(FloatWords a, FloatWords b, FloatWords c, float[] into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector x = at(a.heads(), i);
      FloatVector y = at(b.heads(), i);
      FloatVector product = x.mul(y);
      FloatVector tail =
          x.fma(at(b.tails(), i), at(a.tails(), i).fma(y, tailOfProduct(x, y, product)));
      FloatVector minusC = at(c.heads(), i).neg();
      FloatVector difference = product.add(minusC);
      FloatVector rest = tailOfSum(product, minusC, difference).add(tail.sub(at(c.tails(), i)));
      VectorMask<Float> finite = difference.abs().compare(VectorOperators.LE, Float.MAX_VALUE);
      difference.blend(difference.add(rest), finite).intoArray(into, i);
    }
  }
}
