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
  private final FloatWords p;
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
    p = new FloatWords(x.length);
  }

  /** p of the elements, in columns, after stages of this have computed gradients. */
  FloatWords probabilities() {
    return p;
  }

  /** p of the elements; a tail may be larger than half an ulp of its head. */
  private void addProbabilities(FloatVectorStages stages) {
    stages.add(() -> FloatColumns.toBits(softmax.totalExponents(), bits));
    stages.add(
        () -> {
          for (int i = 0; i < LENGTH; i += WIDTH) {
            computeProbabilities(softmax.references(), softmax.inverse(), softmax.ofTies(), i);
          }
        });
  }

  private void computeProbabilities(
      float[] references, FloatWords inverses, FloatWords ofTies, int i) {
    FloatVector reference = at(references, i);
    FloatVector inverse = at(inverses.heads(), i);
    FloatVector tailOfInverse = at(inverses.tails(), i);
    FloatVector tied = at(ofTies.heads(), i);
    FloatVector tailOfTied = at(ofTies.tails(), i);
    IntVector exponent = at(bits, i);
    for (int at = i; at < x.length; at += LENGTH) {
      FloatVector element = at(x, at);
      FloatVector y = FloatVectors.clamped(element);
      FloatVector t = FloatVectors.rounded(y);
      FloatVector f = FloatVectors.fraction(y, t);
      FloatVector slope = FloatVectors.slope(f);
      FloatVector e = slope.fma(f, FloatVectors.of(1));
      FloatVector tailOfE = slope.fma(f, FloatVectors.of(1).sub(e));
      FloatVector product = e.mul(inverse);
      FloatVector tail = tailOfProduct(e, tailOfE, inverse, tailOfInverse, product);
      IntVector n = t.reinterpretAsInts().sub(exponent);
      VectorMask<Float> tie = element.compare(VectorOperators.EQ, reference);
      IntVector normal = n.max(1 - FloatArithmetic.BIAS);
      FloatVector power = FloatVectors.power(n.sub(normal).add(FloatArithmetic.BIAS));
      FloatVector least = FloatVectors.power(normal.add(FloatArithmetic.BIAS));
      product.mul(power).mul(least).blend(tied, tie).intoArray(p.heads(), at);
      tail.mul(power).mul(least).blend(tailOfTied, tie).intoArray(p.tails(), at);
    }
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
    addProbabilities(stages);
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
      FloatVector head = at(p.heads(), at);
      FloatVector product = pushHead.mul(head);
      FloatVector rest = pushTail.fma(head, tailOfProduct(pushHead, head, product));
      FloatVector ofProduct = pushHead.fma(at(p.tails(), at), rest);
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
    FloatWords left = new FloatWords(x.length);
    addProbabilities(stages);
    stages.add(
        () -> {
          for (int i = 0; i < LENGTH; i += WIDTH) {
            leave(g, minusTied, complement, ties, left, i);
          }
        });
    stages.add(
        () -> {
          for (int i = 0; i < LENGTH; i += WIDTH) {
            pullBack(left, minusDots, i);
          }
        });
  }

  /** What the tied elements leave of g. */
  private void leave(
      float[] g, FloatWords minusTied, FloatWords complement, int[] ties, FloatWords left, int i) {
    FloatVector tied = at(minusTied.heads(), i);
    FloatVector tailOfTied = at(minusTied.tails(), i);
    FloatVector rest = at(complement.heads(), i);
    FloatVector tailOfRest = at(complement.tails(), i);
    FloatVector reference = at(softmax.references(), i);
    VectorMask<Float> single = at(ties, i).compare(VectorOperators.EQ, 1).cast(FloatVectors.FLOATS);
    for (int at = i; at < x.length; at += LENGTH) {
      FloatVector own = at(g, at);
      VectorMask<Float> alone = at(x, at).compare(VectorOperators.EQ, reference).and(single);
      FloatVector ofAlone = rest.mul(own);
      FloatVector tailOfAlone = tailOfRest.fma(own, tailOfProduct(rest, own, ofAlone));
      FloatVector sum = own.add(tied);
      FloatVector more = tailOfSum(own, tied, sum).add(tailOfTied);
      FloatVector head = headOfRest(sum, more);
      FloatVector tail = tailOfRest(sum, more, head);
      head.blend(ofAlone, alone).intoArray(left.heads(), at);
      tail.blend(tailOfAlone, alone).intoArray(left.tails(), at);
    }
  }

  /** (left - dot) p, rounded nearly once; the sign of a 0 and what is not finite are the heads'. */
  private void pullBack(FloatWords left, float[] minusDots, int i) {
    FloatVector dot = at(minusDots, i);
    for (int at = i; at < x.length; at += LENGTH) {
      FloatVector sum = at(left.heads(), at).add(dot);
      FloatVector rest = tailOfSum(at(left.heads(), at), dot, sum).add(at(left.tails(), at));
      FloatVector head = headOfRest(sum, rest);
      FloatVector tail = tailOfRest(sum, rest, head);
      FloatVector y = at(p.heads(), at);
      FloatVector product = head.mul(y);
      FloatVector rounded = head.fma(y, head.fma(at(p.tails(), at), tail.mul(y)));
      product.blend(rounded, ordinary(product)).intoArray(x, at);
    }
  }
}
