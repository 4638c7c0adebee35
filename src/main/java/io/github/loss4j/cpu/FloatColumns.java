// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectors.at;

import io.github.loss4j.host.RowOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * A block of rows of F32 with a row in each lane of the vectors, for rows that are too short to
 * fill vectors themselves, or whose elements do not lie side by side. Column c has element c of
 * every row. The sums have the order of {@link RowOrder}.
 */
final class FloatColumns {
  private static final int WIDTH = FloatVectors.WIDTH;
  private static final int LANES = RowOrder.LANES;

  /** The columns' length. */
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;

  /** So many are all looked at sooner than one of them is found. */
  private static final int FEW = 8;

  private final int classes;
  private final float[] x;
  private final float[] lanes;
  private final float[] largest = new float[LENGTH];
  private final int[] ties = new int[LENGTH];
  private final int[] tiedRows = new int[LENGTH];
  private int tiedCount;

  /**
   * For rows of one segment.
   *
   * @param classes at most {@link RowOrder#SEGMENT}
   */
  FloatColumns(int classes) {
    this.classes = classes;
    x = new float[classes * LENGTH];
    lanes = new float[LANES * LENGTH];
  }

  /** How many columns there are. */
  int classes() {
    return classes;
  }

  /** The elements: c * {@link FloatSoftmaxBlock#LENGTH} + i is element c of row i. */
  float[] elements() {
    return x;
  }

  /** The largest elements that do not equal the references; NaN counts as none. */
  float[] largest() {
    return largest;
  }

  /** How many elements equal the references. */
  int[] ties() {
    return ties;
  }

  /**
   * Finds the largest elements, the first of those that are 0; NaN counts as none.
   *
   * @param stages gets what does it
   */
  void addLargest(FloatVectorStages stages, float[] references) {
    stages.add(
        () -> {
          for (int i = 0; i < LENGTH; i += WIDTH) {
            findLargestOfAll(references, i);
          }
        });
  }

  private void findLargestOfAll(float[] references, int i) {
    FloatVector top = FloatVectors.of(Float.NEGATIVE_INFINITY);
    for (int c = 0; c < classes; c++) {
      top = FloatVectors.larger(top, at(x, c * LENGTH + i));
    }
    top.intoArray(references, i);
  }

  /**
   * Finds the elements of the labels; 0 where a label is no class.
   *
   * @param stages gets what does it
   */
  void addReferences(FloatVectorStages stages, int[] labels, float[] references) {
    if (classes <= FEW) {
      stages.add(
          () -> {
            for (int i = 0; i < LENGTH; i += WIDTH) {
              select(labels, references, i);
            }
          });
    } else {
      stages.add(() -> gather(labels, references));
    }
  }

  private void select(int[] labels, float[] references, int i) {
    IntVector label = at(labels, i);
    FloatVector reference = FloatVector.zero(FloatVectors.FLOATS);
    for (int c = 0; c < classes; c++) {
      VectorMask<Integer> chosen = label.compare(VectorOperators.EQ, c);
      reference = reference.blend(at(x, c * LENGTH + i), chosen.cast(FloatVectors.FLOATS));
    }
    reference.intoArray(references, i);
  }

  private void gather(int[] labels, float[] references) {
    for (int i = 0; i < LENGTH; i++) {
      references[i] = labels[i] < 0 ? 0 : x[labels[i] * LENGTH + i];
    }
  }

  /** Finds the rows of which more than one element equals the reference. */
  void findTied() {
    tiedCount = 0;
    for (int i = 0; i < LENGTH; i += WIDTH) {
      long found = at(ties, i).compare(VectorOperators.GT, 1).toLong();
      for (; found != 0; found &= found - 1) {
        tiedRows[tiedCount++] = i + Long.numberOfTrailingZeros(found);
      }
    }
  }

  /** How many rows were found. */
  int tiedCount() {
    return tiedCount;
  }

  /** Which. */
  int[] tiedRows() {
    return tiedRows;
  }

  /**
   * Sums e^x over the elements that do not equal the references. What is in rows that have an
   * infinity, a NaN or nothing but ties means nothing.
   *
   * @param stages gets what does it
   * @param sums gets the sums over 2^exponent
   * @param exponents gets the exponents
   */
  void addSumOfOthers(
      FloatVectorStages stages, float[] references, float[] sums, float[] exponents) {
    stages.add(() -> findLargest(references));
    stages.add(() -> setTerms(references, exponents));
    if (classes > LANES) {
      stages.add(() -> addTerms(references));
    }
    stages.add(() -> addLanes(lanes, classes, sums));
  }

  private void findLargest(float[] references) {
    for (int i = 0; i < LENGTH; i += WIDTH) {
      findLargest(references, i);
    }
  }

  private void setTerms(float[] references, float[] exponents) {
    for (int i = 0; i < LENGTH; i += WIDTH) {
      setTerms(references, exponents, i);
    }
  }

  private void addTerms(float[] references) {
    for (int i = 0; i < LENGTH; i += WIDTH) {
      addTerms(references, i);
    }
  }

  private void findLargest(float[] references, int i) {
    FloatVector reference = at(references, i);
    FloatVector top = FloatVectors.of(Float.NEGATIVE_INFINITY);
    IntVector others = IntVector.zero(FloatVectors.INTS);
    for (int c = 0; c < classes; c++) {
      FloatVector element = at(x, c * LENGTH + i);
      VectorMask<Float> other = element.compare(VectorOperators.NE, reference);
      others = others.add(1, other.cast(FloatVectors.INTS));
      top = top.blend(element, element.compare(VectorOperators.GT, top, other));
    }
    top.intoArray(largest, i);
    others.neg().add(classes).intoArray(ties, i);
  }

  /** The first element of a lane is all that it has so far. */
  private void setTerms(float[] references, float[] exponents, int i) {
    FloatVector reference = at(references, i);
    FloatVector top = top(i);
    top.sub(FloatArithmetic.ROUND_TO_INTEGER).intoArray(exponents, i);
    IntVector bits = top.reinterpretAsInts().sub(FloatArithmetic.BIAS);
    int end = Math.min(classes, LANES) * LENGTH;
    for (int at = i; at < end; at += LENGTH) {
      FloatVector element = at(x, at);
      FloatVector y = FloatVectors.clamped(element);
      FloatVector t = FloatVectors.rounded(y);
      FloatVector factor = factor(element, reference, t, bits);
      FloatVectors.significand(y, t).mul(factor).intoArray(lanes, at);
    }
  }

  private void addTerms(float[] references, int i) {
    FloatVector reference = at(references, i);
    IntVector bits = top(i).reinterpretAsInts().sub(FloatArithmetic.BIAS);
    for (int c = LANES; c < classes; c++) {
      FloatVector element = at(x, c * LENGTH + i);
      FloatVector y = FloatVectors.clamped(element);
      FloatVector t = FloatVectors.rounded(y);
      FloatVector factor = factor(element, reference, t, bits);
      int lane = c % LANES * LENGTH + i;
      FloatVectors.significand(y, t).fma(factor, at(lanes, lane)).intoArray(lanes, lane);
    }
  }

  /** The exponent of the largest, plus ROUND_TO_INTEGER. */
  private FloatVector top(int i) {
    return FloatVectors.rounded(FloatVectors.clamped(at(largest, i)));
  }

  /** The power of two of a term; 0 of one that equals the reference. */
  private static FloatVector factor(
      FloatVector element, FloatVector reference, FloatVector t, IntVector bits) {
    FloatVector power = FloatVectors.power(t.reinterpretAsInts().sub(bits));
    return FloatVectors.of(0).blend(power, element.compare(VectorOperators.NE, reference));
  }

  /** Lanes without elements are 0, and need not be added. */
  static void addLanes(float[] lanes, int classes, float[] sums) {
    int most = Integer.highestOneBit(Math.max(classes - 1, 1));
    for (int width = Math.min(LANES / 2, most); width >= 1; width /= 2) {
      for (int i = 0; i < width * LENGTH; i += WIDTH) {
        at(lanes, i).add(at(lanes, width * LENGTH + i)).intoArray(lanes, i);
      }
    }
    System.arraycopy(lanes, 0, sums, 0, LENGTH);
  }

  /**
   * Computes log p.
   *
   * @param stages gets what does it
   * @param nll log-sum-exp less the references
   * @param into gets them, in columns; may be the elements
   */
  void addLogProbabilities(
      FloatVectorStages stages, float[] references, float[] nll, float[] into) {
    stages.add(
        () -> {
          for (int i = 0; i < LENGTH; i += WIDTH) {
            writeLogProbabilities(references, nll, into, i);
          }
        });
  }

  private void writeLogProbabilities(float[] references, float[] nll, float[] into, int i) {
    FloatVector reference = at(references, i);
    FloatVector less = at(nll, i);
    for (int c = 0; c < classes; c++) {
      int at = c * LENGTH + i;
      at(x, at).sub(reference).sub(less).intoArray(into, at);
    }
  }

  /**
   * Computes the gradients of rows that are pushed, as if none were the label's.
   *
   * @param stages gets what does it
   * @param factors times e^x 2^-exponent they are the gradients; neither 0 nor infinite nor NaN
   * @param atTies the gradients of elements that equal the references
   * @param into gets them, in columns; may be the elements
   */
  void addPush(
      FloatVectorStages stages,
      float[] references,
      FloatWords factors,
      float[] exponents,
      float[] atTies,
      float[] into) {
    int[] bits = new int[LENGTH];
    stages.add(() -> toBits(exponents, bits));
    stages.add(
        () -> {
          for (int i = 0; i < LENGTH; i += WIDTH) {
            push(references, factors, bits, atTies, into, i);
          }
        });
  }

  /** What is subtracted from the bits of t. */
  static void toBits(float[] exponents, int[] into) {
    for (int i = 0; i < LENGTH; i += WIDTH) {
      FloatVectors.toInt(at(exponents, i))
          .add(FloatArithmetic.ROUND_TO_INTEGER_BITS)
          .intoArray(into, i);
    }
  }

  private void push(
      float[] references, FloatWords factors, int[] bits, float[] atTies, float[] into, int i) {
    FloatVector reference = at(references, i);
    FloatVector head = at(factors.heads(), i);
    FloatVector tail = at(factors.tails(), i);
    FloatVector tied = at(atTies, i);
    IntVector ofRow = at(bits, i);
    for (int c = 0; c < classes; c++) {
      int at = c * LENGTH + i;
      FloatVector element = at(x, at);
      VectorMask<Float> tie = element.compare(VectorOperators.EQ, reference);
      FloatVectorPush.pushedCarefully(element, head, tail, ofRow)
          .blend(tied, tie)
          .intoArray(into, at);
    }
  }

  /**
   * Takes numbers of elements that equal the references from those of the others, with 0 in the
   * place of what is not there.
   *
   * @param stages gets what does it
   * @param g a column for each class
   * @param others gets those of elements that do not equal the references
   * @param tied gets those of elements that do
   */
  void addParting(
      FloatVectorStages stages, float[] references, float[] g, float[] others, float[] tied) {
    stages.add(
        () -> {
          for (int i = 0; i < LENGTH; i += WIDTH) {
            part(references, g, others, tied, i);
          }
        });
  }

  private void part(float[] references, float[] g, float[] others, float[] tied, int i) {
    FloatVector reference = at(references, i);
    for (int c = 0; c < classes; c++) {
      int at = c * LENGTH + i;
      VectorMask<Float> tie = at(x, at).compare(VectorOperators.EQ, reference);
      at(g, at).blend(0f, tie).intoArray(others, at);
      FloatVectors.of(0).blend(at(g, at), tie).intoArray(tied, at);
    }
  }
}
