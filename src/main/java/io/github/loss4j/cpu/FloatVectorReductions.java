// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectors.at;

import io.github.loss4j.host.RowOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** What the numbers of a segment come to: sums in the lanes of {@link RowOrder}, and counts. */
final class FloatVectorReductions {
  private static final int WIDTH = FloatVectors.WIDTH;

  private FloatVectorReductions() {}

  /** Sums the products of as many lanes as a vector has. */
  static void addProducts(float[] a, float[] b, int first, int end, float[] lanes) {
    FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
    for (int i = first; i < end; i += RowOrder.LANES) {
      sum = at(a, i).fma(at(b, i), sum);
    }
    sum.intoArray(lanes, first);
  }

  static void addProducts(
      float[] a,
      float[] b,
      float[] x,
      float reference,
      boolean tied,
      int first,
      int end,
      float[] lanes) {
    FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
    FloatVector zero = FloatVectors.of(0);
    for (int i = first; i < end; i += RowOrder.LANES) {
      VectorMask<Float> equal = at(x, i).compare(VectorOperators.EQ, reference);
      FloatVector head = at(a, i);
      FloatVector wanted = tied ? zero.blend(head, equal) : head.blend(zero, equal);
      sum = wanted.fma(at(b, i), sum);
    }
    sum.intoArray(lanes, first);
  }

  /** Sums p log p in as many lanes as two vectors have. */
  static void addLogarithms(
      float[] p, float[] x, float base, float excess, int first, int rounds, float[] lanes) {
    FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
    FloatVector next = FloatVector.zero(FloatVectors.FLOATS);
    for (int i = 0; i < 2 * rounds; i++) {
      int j = first + (i >> 1) * RowOrder.LANES + (i & 1) * WIDTH;
      FloatVector head = at(p, j);
      FloatVector log = at(x, j).sub(base).sub(excess);
      VectorMask<Float> none = head.compare(VectorOperators.EQ, 0f);
      FloatVector more = head.fma(log.blend(0f, none), sum);
      sum = next;
      next = more;
    }
    sum.intoArray(lanes, first);
    next.intoArray(lanes, first + WIDTH);
  }

  /** The same where every p is a normal number. */
  static void addLogarithms(
      float[] x, RowPush push, float base, float excess, int first, int rounds, float[] lanes) {
    FloatVector sum = FloatVector.zero(FloatVectors.FLOATS);
    FloatVector next = FloatVector.zero(FloatVectors.FLOATS);
    FloatVector reference = FloatVectors.of((float) push.reference());
    FloatVector tied = FloatVectors.of((float) push.atTies());
    FloatVector head = FloatVectors.of((float) push.factor().head());
    FloatVector tail = FloatVectors.of((float) push.factor().tail());
    FloatVector toInteger = FloatVectors.of(FloatVectorPush.toInteger(push));
    for (int i = 0; i < 2 * rounds; i++) {
      int j = first + (i >> 1) * RowOrder.LANES + (i & 1) * WIDTH;
      FloatVector y = at(x, j);
      FloatVector p = FloatVectorPush.pushed(y, reference, tied, head, tail, toInteger);
      FloatVector more = p.fma(y.sub(base).sub(excess), sum);
      sum = next;
      next = more;
    }
    sum.intoArray(lanes, first);
    next.intoArray(lanes, first + WIDTH);
  }

  static void countFrom(float[] x, float limit, int from, int end, int[] counts) {
    IntVector count = IntVector.zero(FloatVectors.INTS);
    for (int i = from; i < end; i += WIDTH) {
      VectorMask<Float> found = at(x, i).compare(VectorOperators.GE, limit);
      count = count.add(1, found.cast(FloatVectors.INTS));
    }
    count.intoArray(counts, 0);
  }

  static void findLargest(float[] x, int end, float[] largests) {
    FloatVector top = FloatVectors.of(Float.NEGATIVE_INFINITY);
    for (int i = 0; i < end; i += WIDTH) {
      top = FloatVectors.larger(top, at(x, i));
    }
    top.intoArray(largests, 0);
  }
}
