// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.tornado;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The sums of long rows, a lane of a segment per work-item: what {@link SoftmaxKernel} does in its
 * first kernel, in several. Parts are two numbers per lane.
 */
@SuppressWarnings("ShortCircuitBoolean") // as Arithmetic says
final class LanesKernel {
  private LanesKernel() {}

  /** Has each row seen from its label's logit, or from the first if it is ignored. */
  static void fromLabels(
      IntArray sizes, FloatArray input, IntArray labels, FloatArray sums, IntArray marks) {
    for (@Parallel int row = 0; row < sizes.get(Call.ROWS); row++) {
      int label = TornadoMath.max(labels.get(row), 0);
      RowSum.setReference(sums, row, input.get(Call.start(sizes, row) + label));
      Call.mark(sizes, marks, row);
    }
  }

  /** The largest of each lane's elements. */
  static void largest(IntArray sizes, FloatArray input, FloatArray parts, IntArray stripMarks) {
    for (@Parallel int item = 0; item < Strip.count(sizes); item++) {
      Strip lane = Strip.of(sizes, item);
      int start = Call.start(sizes, lane.row());
      float top = Float.NEGATIVE_INFINITY;
      for (int c = lane.first(); c < lane.end(); c += lane.step()) {
        float x = input.get(start + c);
        top = x > top ? x : top;
      }
      parts.set(2 * item, top);
      Call.mark(sizes, stripMarks, item);
    }
  }

  /** Has each row seen from its largest logit. */
  static void fromLargest(IntArray sizes, FloatArray parts, FloatArray sums, IntArray marks) {
    for (@Parallel int row = 0; row < sizes.get(Call.ROWS); row++) {
      RowSum.setReference(sums, row, largestPart(sizes, parts, row));
      Call.mark(sizes, marks, row);
    }
  }

  /** The largest of each lane's elements that differ from the row's reference. */
  static void largestOther(
      IntArray sizes, FloatArray input, FloatArray sums, FloatArray parts, IntArray stripMarks) {
    for (@Parallel int item = 0; item < Strip.count(sizes); item++) {
      Strip lane = Strip.of(sizes, item);
      int start = Call.start(sizes, lane.row());
      float reference = RowSum.reference(sums, lane.row());
      float top = Float.NEGATIVE_INFINITY;
      for (int c = lane.first(); c < lane.end(); c += lane.step()) {
        float x = input.get(start + c);
        top = x != reference & x > top ? x : top;
      }
      parts.set(2 * item, top);
      Call.mark(sizes, stripMarks, item);
    }
  }

  /**
   * What each row is shifted by.
   *
   * @param byReference 1 if the reference is the largest element
   */
  static void shift(
      IntArray sizes, FloatArray parts, FloatArray sums, IntArray marks, int byReference) {
    for (@Parallel int row = 0; row < sizes.get(Call.ROWS); row++) {
      float reference = RowSum.reference(sums, row);
      float largestOther = largestPart(sizes, parts, row);
      float shift = RowSum.shiftFor(byReference == 0 ? largestOther : reference);
      int exponent = Exponential.exponentOf(largestOther - shift);
      new RowSum(reference, shift, 0f, exponent, largestOther, 0f).store(sums, row);
      Call.mark(sizes, marks, row);
    }
  }

  /** The sum of each lane, and how many of its elements do not differ from the reference. */
  static void sumOfLanes(
      IntArray sizes,
      FloatArray powers,
      FloatArray input,
      FloatArray sums,
      FloatArray parts,
      IntArray stripMarks) {
    for (@Parallel int item = 0; item < Strip.count(sizes); item++) {
      Strip lane = Strip.of(sizes, item);
      RowSum row = RowSum.load(sums, lane.row());
      int start = Call.start(sizes, lane.row());
      float s = 0f;
      int ties = 0;
      int end = row.largestOther() == Float.POSITIVE_INFINITY ? 0 : lane.end();
      for (int c = lane.first(); c < end; c += lane.step()) {
        float x = input.get(start + c);
        ties += x == row.reference() ? 1 : 0;
        s = RowSum.added(s, powers, x, row.reference(), row.shift(), row.exponent());
      }
      parts.set(2 * item, s);
      parts.set(2 * item + 1, (float) ties);
      Call.mark(sizes, stripMarks, item);
    }
  }

  /** The sums of the rows. */
  static void joinLanes(IntArray sizes, FloatArray parts, FloatArray sums, IntArray marks) {
    for (@Parallel int row = 0; row < sizes.get(Call.ROWS); row++) {
      RowSum.load(sums, row)
          .with(joined(sizes, parts, row), ties(sizes, parts, row))
          .store(sums, row);
      Call.mark(sizes, marks, row);
    }
  }

  private static float largestPart(IntArray sizes, FloatArray parts, int row) {
    int strips = sizes.get(Call.STRIPS);
    float top = Float.NEGATIVE_INFINITY;
    for (int strip = 0; strip < strips; strip++) {
      float x = parts.get(2 * (row * strips + strip));
      top = x > top ? x : top;
    }
    return top;
  }

  /** The lanes of each segment together, and the segments. */
  private static float joined(IntArray sizes, FloatArray parts, int row) {
    int strips = sizes.get(Call.STRIPS);
    float[] s = new float[Lanes.COUNT];
    float sum = 0f;
    for (int segment = 0; segment < strips; segment += Lanes.COUNT) {
      for (int lane = 0; lane < Lanes.COUNT; lane++) {
        s[lane] = parts.get(2 * (row * strips + segment + lane));
      }
      sum += Lanes.sum(s);
    }
    return sum;
  }

  private static float ties(IntArray sizes, FloatArray parts, int row) {
    int strips = sizes.get(Call.STRIPS);
    float ties = 0f;
    for (int strip = 0; strip < strips; strip++) {
      ties += parts.get(2 * (row * strips + strip) + 1);
    }
    return ties;
  }
}
