// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectorDoubleWord.headOfRest;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.ordinary;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfProduct;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfRest;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfSum;
import static io.github.loss4j.cpu.FloatVectors.at;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Gradients of rows in columns that are made of p and of other numbers of each element: what {@link
 * SegmentWords} makes of segments.
 */
final class FloatColumnGradient {
  private static final int WIDTH = FloatVectors.WIDTH;
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;

  private final float[] x;
  private final FloatSoftmaxBlock softmax;
  private final int[] bits = new int[LENGTH];

  /**
   * For rows of a block.
   *
   * @param x their elements, a column for each class, which become gradients
   * @param softmax of the rows
   */
  FloatColumnGradient(float[] x, FloatSoftmaxBlock softmax) {
    this.x = x;
    this.softmax = softmax;
  }

  /**
   * Replaces elements by push p - pull a.
   *
   * @param stages gets what does it
   * @param push of each row
   * @param pull of each row
   * @param a a column for each class
   */
  void addTimesLess(FloatVectorStages stages, FloatWords push, FloatWords pull, float[] a) {
    stages.add(() -> FloatColumns.toBits(softmax.totalExponents(), bits));
    stages.add(
        () -> {
          for (int i = 0; i < LENGTH; i += WIDTH) {
            timesLess(push, pull, a, i);
          }
        });
  }

  private void timesLess(FloatWords push, FloatWords pull, float[] a, int i) {
    FloatVector pushHead = at(push.heads(), i);
    FloatVector pushTail = at(push.tails(), i);
    FloatVector pullHead = at(pull.heads(), i);
    FloatVector pullTail = at(pull.tails(), i);
    for (int at = i; at < x.length; at += LENGTH) {
      FloatVector element = at(x, at);
      FloatVector y = FloatVectors.clamped(element);
      FloatVector t = FloatVectors.rounded(y);
      FloatVector head = head(element, y, t, i);
      FloatVector tail = tail(element, y, t, i);
      FloatVector product = pushHead.mul(head);
      FloatVector rest = pushTail.fma(head, tailOfProduct(pushHead, head, product));
      FloatVector ofProduct = pushHead.fma(tail, rest);
      FloatVector c = pullHead.mul(at(a, at));
      FloatVector ofC = pullTail.fma(at(a, at), tailOfProduct(pullHead, at(a, at), c));
      FloatVector minusC = c.neg();
      FloatVector difference = product.add(minusC);
      FloatVector more = tailOfSum(product, minusC, difference).add(ofProduct.sub(ofC));
      VectorMask<Float> finite = difference.abs().compare(VectorOperators.LE, Float.MAX_VALUE);
      difference.blend(difference.add(more), finite).intoArray(x, at);
    }
  }

  /**
   * Replaces elements by g - (tied + dot) times p, where g - tied of the one that is tied is
   * complement g.
   *
   * @param stages gets what does it
   * @param g a column for each class
   * @param minusTied what the tied elements of each row take from every g
   * @param complement 1 - p of a row's reference
   * @param ties how many elements equal it
   */
  void addPulledBack(
      FloatVectorStages stages,
      float[] g,
      FloatWords minusTied,
      float[] minusDots,
      FloatWords complement,
      int[] ties) {
    stages.add(() -> FloatColumns.toBits(softmax.totalExponents(), bits));
    stages.add(
        () -> {
          for (int i = 0; i < LENGTH; i += WIDTH) {
            pullBack(g, minusTied, minusDots, complement, ties, i);
          }
        });
  }

  private void pullBack(
      float[] g,
      FloatWords minusTied,
      float[] minusDots,
      FloatWords complement,
      int[] ties,
      int i) {
    FloatVector tiedHead = at(minusTied.heads(), i);
    FloatVector tiedTail = at(minusTied.tails(), i);
    FloatVector cHead = at(complement.heads(), i);
    FloatVector cTail = at(complement.tails(), i);
    FloatVector dot = at(minusDots, i);
    VectorMask<Float> single =
        IntVector.fromArray(FloatVectors.INTS, ties, i)
            .compare(VectorOperators.EQ, 1)
            .cast(FloatVectors.FLOATS);
    for (int at = i; at < x.length; at += LENGTH) {
      FloatVector element = at(x, at);
      FloatVector own = at(g, at);
      VectorMask<Float> alone =
          element.compare(VectorOperators.EQ, at(softmax.references(), i)).and(single);
      FloatVector ofAlone = cHead.mul(own);
      FloatVector tailOfAlone = cTail.fma(own, tailOfProduct(cHead, own, ofAlone));
      FloatVector ofOthers = own.add(tiedHead);
      FloatVector restOfOthers = tailOfSum(own, tiedHead, ofOthers).add(tiedTail);
      FloatVector headOfOthers = headOfRest(ofOthers, restOfOthers);
      FloatVector tailOfOthers = tailOfRest(ofOthers, restOfOthers, headOfOthers);
      FloatVector left = headOfOthers.blend(ofAlone, alone);
      FloatVector tailOfLeft = tailOfOthers.blend(tailOfAlone, alone);
      FloatVector sum = left.add(dot);
      FloatVector rest = tailOfSum(left, dot, sum).add(tailOfLeft);
      FloatVector pulled = headOfRest(sum, rest);
      FloatVector tailOfPulled = tailOfRest(sum, rest, pulled);
      FloatVector y = FloatVectors.clamped(element);
      FloatVector t = FloatVectors.rounded(y);
      FloatVector head = head(element, y, t, i);
      FloatVector product = pulled.mul(head);
      FloatVector ofTails = pulled.fma(tail(element, y, t, i), tailOfPulled.mul(head));
      product.blend(pulled.fma(head, ofTails), ordinary(product)).intoArray(x, at);
    }
  }

  /** The head of p of elements. */
  private FloatVector head(FloatVector element, FloatVector y, FloatVector t, int i) {
    FloatVector product = FloatVectors.significand(y, t).mul(at(softmax.inverse().heads(), i));
    return scaled(product, t, i).blend(at(softmax.ofTies().heads(), i), isTied(element, i));
  }

  /** Its tail. */
  private FloatVector tail(FloatVector element, FloatVector y, FloatVector t, int i) {
    FloatVector inverse = at(softmax.inverse().heads(), i);
    FloatVector e = FloatVectors.significand(y, t);
    FloatVector slope = FloatVectors.slope(FloatVectors.fraction(y, t));
    FloatVector tailOfE = slope.fma(FloatVectors.fraction(y, t), FloatVectors.of(1).sub(e));
    FloatVector rest = e.fma(at(softmax.inverse().tails(), i), tailOfE.mul(inverse));
    FloatVector tail = tailOfProduct(e, inverse, e.mul(inverse)).add(rest);
    return scaled(tail, t, i).blend(at(softmax.ofTies().tails(), i), isTied(element, i));
  }

  private VectorMask<Float> isTied(FloatVector element, int i) {
    return element.compare(VectorOperators.EQ, at(softmax.references(), i));
  }

  private FloatVector scaled(FloatVector product, FloatVector t, int i) {
    IntVector exponent = IntVector.fromArray(FloatVectors.INTS, bits, i);
    return FloatVectors.scaledDown(product, t.reinterpretAsInts().sub(exponent));
  }
}
