// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.host.RowOrder;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * With the Vector API. Most rows are done in one pass, which scales all terms by an exponent that
 * is guessed from the row before: powers of two are exact, so that the sum has the same bits unless
 * a term underflows beside the largest, or the sum might overflow. Other rows take two passes over
 * each segment: the first finds its exponent. Whether an element exceeds the reference is looked
 * for when somebody asks and neither the exponents nor the sum can tell.
 */
final class FloatVectorRowSum extends RowSum {
  private static final int LANES = RowOrder.LANES;
  private static final int WIDTH = FloatVectors.WIDTH;

  /**
   * The guess is so far below the last row's exponent, as the next must not lie below the guess.
   */
  private static final int BELOW = 30;

  /** No guess is farther from 0, so that no element of an ordinary row is beyond SHIFT_BEYOND. */
  private static final int FARTHEST = 1 << 20;

  /** After so many rows that were tried and not ordinary, the guess is not the reason. */
  private static final int MISSES = 2;

  private final RowView view;
  private final FloatArithmetic arithmetic;
  private final FloatVectorSegment segment;

  private final FloatVectorTerms terms = new FloatVectorTerms();
  private @Nullable FloatVectorPlaces places;
  private final int span;
  private final float[] sums;
  private final float[] lanes = new float[LANES];
  private final float[] largests = new float[2 * WIDTH];
  private int others;

  private long row;
  private float reference;
  private final Attempts attempts = new Attempts(MISSES);
  private boolean ordinary;
  private int leastExponent;
  private int exponent;
  private float largest;

  /** After a warm-up only the loops of single segments are compiled. */
  FloatVectorRowSum(RowView view, FloatArithmetic arithmetic) {
    this(view, arithmetic, FloatVectorWarmUp.isDone() ? 0 : FloatVectorPlaces.SPAN);
  }

  /**
   * Of a view's rows.
   *
   * @param span how many whole segments at most are added up in one go; 0 for each alone
   */
  FloatVectorRowSum(RowView view, FloatArithmetic arithmetic, int span) {
    super(arithmetic);
    this.span = span;
    sums = new float[span];
    this.view = view;
    this.arithmetic = arithmetic;
    segment = new FloatVectorSegment(view);
  }

  @Override
  void compute(long newRow, double newReference, double shift) {
    row = newRow;
    reference = (float) newReference;
    largest = Float.NaN;
    sum.reset();
    int guess = exponent - BELOW;
    boolean tried = shift == 0 && attempts.areDue() && Math.abs(guess) <= FARTHEST;
    ordinary = tried && addOrdinary(guess);
    if (tried) {
      attempts.add(ordinary);
    }
    if (!ordinary) {
      addCarefully((float) shift);
    }
  }

  /** Returns whether the sum has the right bits. */
  private boolean addOrdinary(int guess) {
    terms.reset(reference, guess);
    float total = 0;
    int from = 0;
    while (from < view.classes()) {
      segment.locate(row, from);
      int whole = segment.wholeOnes(from, span);
      total = whole == 0 ? total + sumOfOne() : addWholeOnes(whole, total);
      from += Math.max(whole, 1) * RowOrder.SEGMENT;
    }
    terms.finish();
    leastExponent = terms.leastExponent();
    exponent = terms.greatestExponent();
    ties = Float.isNaN(reference) ? 0 : view.classes() - terms.others;
    sum.add(total, guess);
    return terms.areNormal() && total > 0;
  }

  private float addWholeOnes(int segments, float before) {
    if (places == null) {
      places = FloatVectorPlaces.of(terms);
    }
    places.add(segment, segments, sums);
    float total = before;
    for (int i = 0; i < segments; i++) {
      total += sums[i];
    }
    return total;
  }

  private float sumOfOne() {
    terms.addOne(segment, lanes);
    return segment.sum(lanes);
  }

  private void addCarefully(float shift) {
    sum.reset();
    float top = Float.NEGATIVE_INFINITY;
    others = 0;
    for (int from = 0; from < view.classes(); from += RowOrder.SEGMENT) {
      segment.locate(row, from);
      float largestOfSegment = largestOfSegment(reference);
      top = Math.max(top, largestOfSegment);
      int exponentOfSegment = arithmetic.exponentOf(largestOfSegment - shift);
      addCarefully(shift, exponentOfSegment);
      sum.add(segment.sum(lanes), exponentOfSegment);
    }
    largest = top;
    exponent = arithmetic.exponentOf(top);
    ties = Float.isNaN(reference) ? 0 : view.classes() - others;
  }

  private void addCarefully(float shift, int exponentOfSegment) {
    int bits = FloatArithmetic.ROUND_TO_INTEGER_BITS + exponentOfSegment - FloatArithmetic.BIAS;
    Arrays.fill(lanes, 0);
    for (int pass = 0; pass < FloatVectorSegment.PASSES; pass++) {
      addCarefully(segment.memory(), segment.first(pass), segment.rounds(), pass, shift, bits);
    }
    if (segment.hasRest()) {
      MemorySegment last = segment.last(reference);
      for (int pass = 0; pass < FloatVectorSegment.PASSES; pass++) {
        addCarefully(last, segment.firstOfLast(pass), 1, pass, shift, bits);
      }
    }
  }

  private void addCarefully(
      MemorySegment memory, long offset, int rounds, int pass, float shift, int bits) {
    addCarefully(
        memory,
        offset,
        rounds,
        segment.isOfHalves(),
        segment.mask(),
        reference,
        shift,
        bits,
        lanes,
        segment.slot(pass),
        segment.secondSlot(pass));
  }

  private static void addCarefully(
      MemorySegment memory,
      long offset,
      int rounds,
      boolean halves,
      int mask,
      float reference,
      float shift,
      int bits,
      float[] lanes,
      int slot,
      int secondSlot) {
    FloatVectorSegment.expectFault(memory);
    FloatVector sum = FloatVector.fromArray(FloatVectors.FLOATS, lanes, slot);
    FloatVector next = FloatVector.fromArray(FloatVectors.FLOATS, lanes, secondSlot);
    for (int i = 0; i < 2 * rounds; i++) {
      FloatVector x =
          FloatVectorSegment.load(memory, offset + FloatVectorSegment.place(i, halves), mask);
      VectorMask<Float> other = x.compare(VectorOperators.NE, reference);
      FloatVector y = FloatVectors.clamped(x.sub(shift));
      FloatVector t = FloatVectors.rounded(y);
      FloatVector power = FloatVectors.power(t.reinterpretAsInts().sub(bits));
      FloatVector more = FloatVectors.significand(y, t).fma(power, sum);
      more = sum.blend(more, other);
      sum = next;
      next = more;
    }
    sum.intoArray(lanes, slot);
    next.intoArray(lanes, secondSlot);
  }

  @Override
  double neededShift() {
    return ordinary ? 0 : shiftFor(largest);
  }

  @Override
  boolean isEmpty() {
    return !ordinary && largest == Float.NEGATIVE_INFINITY;
  }

  @Override
  boolean isUnbounded() {
    return !ordinary && largest == Float.POSITIVE_INFINITY;
  }

  @Override
  boolean exceedsReference() {
    if (ordinary) {
      int ofReference = arithmetic.exponentOf(reference);
      if (exponent > ofReference) {
        return true;
      }
      // The whole sum is certainly less than e^reference, and so is each of its terms.
      if (sum.normalized().exponent() < ofReference - 1) {
        return false;
      }
    }
    return Float.isNaN(largest) ? isExceeded() : largest > reference;
  }

  /** Most rows that exceed their reference do so before long. */
  private boolean isExceeded() {
    for (int from = 0; from < view.classes(); from += RowOrder.SEGMENT) {
      segment.locate(row, from);
      if (largestOfSegment(reference) > reference) {
        return true;
      }
    }
    return false;
  }

  @Override
  double largest() {
    if (Float.isNaN(largest)) {
      largest = largest(reference);
    }
    return largest;
  }

  @Override
  double largestOf(long newRow) {
    row = newRow;
    float top = largest(Float.NaN);
    return top == 0 ? firstZero() : top;
  }

  /** A zero has a sign, by which plain Java takes the first. */
  private double firstZero() {
    int c = 0;
    while (view.get(row, c) != 0) {
      c++;
    }
    return view.get(row, c);
  }

  private float largest(float unlike) {
    float top = Float.NEGATIVE_INFINITY;
    for (int from = 0; from < view.classes(); from += RowOrder.SEGMENT) {
      segment.locate(row, from);
      top = Math.max(top, largestOfSegment(unlike));
    }
    return top;
  }

  /** Of the elements that do not equal a reference; counts them. */
  private float largestOfSegment(float unlike) {
    Arrays.fill(largests, Float.NEGATIVE_INFINITY);
    for (int pass = 0; pass < FloatVectorSegment.PASSES; pass++) {
      addLargest(segment.memory(), segment.first(pass), segment.rounds(), unlike);
    }
    if (segment.hasRest()) {
      MemorySegment last = segment.last(unlike);
      for (int pass = 0; pass < FloatVectorSegment.PASSES; pass++) {
        addLargest(last, segment.firstOfLast(pass), 1, unlike);
      }
    }
    float top = Float.NEGATIVE_INFINITY;
    for (float x : largests) {
      top = Math.max(top, x);
    }
    return top;
  }

  private void addLargest(MemorySegment memory, long offset, int rounds, float unlike) {
    others +=
        addLargest(memory, offset, rounds, segment.isOfHalves(), segment.mask(), unlike, largests);
  }

  /**
   * Two vectors by turns, so that neither waits for the other. Returns how many elements are unlike
   * the reference.
   */
  private static int addLargest(
      MemorySegment memory,
      long offset,
      int rounds,
      boolean halves,
      int mask,
      float unlike,
      float[] largests) {
    FloatVectorSegment.expectFault(memory);
    FloatVector top = FloatVector.fromArray(FloatVectors.FLOATS, largests, 0);
    FloatVector next = FloatVector.fromArray(FloatVectors.FLOATS, largests, WIDTH);
    int others = 0;
    for (int i = 0; i < 2 * rounds; i++) {
      FloatVector x =
          FloatVectorSegment.load(memory, offset + FloatVectorSegment.place(i, halves), mask);
      VectorMask<Float> other = x.compare(VectorOperators.NE, unlike);
      others += other.trueCount();
      FloatVector more = top.blend(x, x.compare(VectorOperators.GT, top, other));
      top = next;
      next = more;
    }
    top.intoArray(largests, 0);
    next.intoArray(largests, WIDTH);
    return others;
  }

  /** Uses the loop that looks for the largest on a round; see {@link FloatVectorWarmUp}. */
  static void warmUp(MemorySegment memory, boolean halves, float unlike, float[] largests) {
    int mask = FloatVectorSegment.mask(halves);
    addLargest(memory, FloatVectorWarmUp.START, 1, halves, mask, unlike, largests);
  }

  @Override
  int leastExponent() {
    return ordinary ? leastExponent : NONE;
  }
}
