// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectorDoubleWord.headOfRest;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.ordinary;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfProduct;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfRest;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfSum;
import static io.github.loss4j.cpu.FloatVectors.at;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Sums and products of the numbers and the double words of a segment, each with its own or all with
 * one.
 *
 * <p>Lengths here are of whole vectors.
 */
final class FloatVectorWords {
  private static final int WIDTH = FloatVectors.WIDTH;

  private FloatVectorWords() {}

  /** a b of one a. */
  static void by(DoubleWord a, float[] b, FloatWords into, int length) {
    FloatVector aHead = FloatVectors.of((float) a.head());
    FloatVector aTail = FloatVectors.of((float) a.tail());
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector head = aHead.mul(at(b, i));
      FloatVector tail = aTail.fma(at(b, i), tailOfProduct(aHead, at(b, i), head));
      head.intoArray(into.heads(), i);
      tail.intoArray(into.tails(), i);
    }
  }

  /** a + b of one b. */
  static void plus(float[] a, DoubleWord b, FloatWords into, int length) {
    FloatVector bHead = FloatVectors.of((float) b.head());
    FloatVector bTail = FloatVectors.of((float) b.tail());
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector sum = at(a, i).add(bHead);
      FloatVector rest = tailOfSum(at(a, i), bHead, sum).add(bTail);
      FloatVector head = headOfRest(sum, rest);
      head.intoArray(into.heads(), i);
      tailOfRest(sum, rest, head).intoArray(into.tails(), i);
    }
  }

  /** a + b of one b. */
  static void plus(FloatWords a, DoubleWord b, FloatWords into, int length) {
    FloatVector bHead = FloatVectors.of((float) b.head());
    FloatVector bTail = FloatVectors.of((float) b.tail());
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector sum = at(a.heads(), i).add(bHead);
      FloatVector rest = tailOfSum(at(a.heads(), i), bHead, sum).add(at(a.tails(), i).add(bTail));
      FloatVector head = headOfRest(sum, rest);
      head.intoArray(into.heads(), i);
      tailOfRest(sum, rest, head).intoArray(into.tails(), i);
    }
  }

  static void minusReference(float[] x, float reference, FloatWords into, int length) {
    FloatVector minus = FloatVectors.of(-reference);
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector head = at(x, i).add(minus);
      head.intoArray(into.heads(), i);
      tailOfSum(at(x, i), minus, head).intoArray(into.tails(), i);
    }
  }

  static void minusProducts(FloatWords a, FloatWords b, FloatWords into, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector x = at(a.heads(), i).neg();
      FloatVector y = at(b.heads(), i);
      FloatVector head = x.mul(y);
      FloatVector rest = at(a.tails(), i).neg().fma(y, tailOfProduct(x, y, head));
      head.intoArray(into.heads(), i);
      x.fma(at(b.tails(), i), rest).intoArray(into.tails(), i);
    }
  }

  /** a b of one a, rounded nearly once. */
  static void times(DoubleWord a, FloatWords b, float[] into, int length) {
    FloatVector aHead = FloatVectors.of((float) a.head());
    FloatVector aTail = FloatVectors.of((float) a.tail());
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector y = at(b.heads(), i);
      FloatVector product = aHead.mul(y);
      FloatVector rounded = aHead.fma(y, aHead.fma(at(b.tails(), i), aTail.mul(y)));
      product.blend(rounded, ordinary(product)).intoArray(into, i);
    }
  }

  /** a b - c of one a, rounded nearly once; what is not finite is the heads'. */
  static void timesLess(DoubleWord a, FloatWords b, FloatWords c, float[] into, int length) {
    FloatVector aHead = FloatVectors.of((float) a.head());
    FloatVector aTail = FloatVectors.of((float) a.tail());
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector y = at(b.heads(), i);
      FloatVector product = aHead.mul(y);
      FloatVector ofTail = aTail.fma(y, tailOfProduct(aHead, y, product));
      FloatVector tail = aHead.fma(at(b.tails(), i), ofTail);
      FloatVector minusC = at(c.heads(), i).neg();
      FloatVector difference = product.add(minusC);
      FloatVector rest = tailOfSum(product, minusC, difference).add(tail.sub(at(c.tails(), i)));
      VectorMask<Float> finite = difference.abs().compare(VectorOperators.LE, Float.MAX_VALUE);
      difference.blend(difference.add(rest), finite).intoArray(into, i);
    }
  }

  /**
   * (a + b) c of one b, rounded nearly once; the sign of a 0 and what is not finite are the heads'.
   */
  static void sumTimes(FloatWords a, DoubleWord b, FloatWords c, float[] into, int length) {
    FloatVector bHead = FloatVectors.of((float) b.head());
    FloatVector bTail = FloatVectors.of((float) b.tail());
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector sum = at(a.heads(), i).add(bHead);
      FloatVector rest = tailOfSum(at(a.heads(), i), bHead, sum).add(at(a.tails(), i).add(bTail));
      FloatVector head = headOfRest(sum, rest);
      FloatVector tail = tailOfRest(sum, rest, head);
      FloatVector y = at(c.heads(), i);
      FloatVector product = head.mul(y);
      FloatVector rounded = head.fma(y, head.fma(at(c.tails(), i), tail.mul(y)));
      product.blend(rounded, ordinary(product)).intoArray(into, i);
    }
  }

  /** Where x is tied, the words become complement g. */
  static void replaceTied(
      float[] x, float reference, float[] g, DoubleWord complement, FloatWords words, int length) {
    FloatVector cHead = FloatVectors.of((float) complement.head());
    FloatVector cTail = FloatVectors.of((float) complement.tail());
    for (int i = 0; i < length; i += WIDTH) {
      VectorMask<Float> tied = at(x, i).compare(VectorOperators.EQ, reference);
      if (tied.anyTrue()) {
        FloatVector head = cHead.mul(at(g, i));
        FloatVector tail = cTail.fma(at(g, i), tailOfProduct(cHead, at(g, i), head));
        at(words.heads(), i).blend(head, tied).intoArray(words.heads(), i);
        at(words.tails(), i).blend(tail, tied).intoArray(words.tails(), i);
      }
    }
  }

  /** keep x + spread. */
  static void spread(float[] x, DoubleWord keep, float spread, int length) {
    FloatVector head = FloatVectors.of((float) keep.head());
    FloatVector tail = FloatVectors.of((float) keep.tail());
    for (int i = 0; i < length; i += WIDTH) {
      head.fma(at(x, i), tail.fma(at(x, i), FloatVectors.of(spread))).intoArray(x, i);
    }
  }

  /** Each x times its factor. */
  static void multiply(float[] x, float[] factors, int length) {
    for (int i = 0; i < length; i += WIDTH) {
      at(x, i).mul(at(factors, i)).intoArray(x, i);
    }
  }
}
