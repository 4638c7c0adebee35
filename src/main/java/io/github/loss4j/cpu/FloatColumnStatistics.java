// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectors.at;

import io.github.loss4j.host.RowOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** What {@link RowStatistics} knows of rows, for rows in columns. */
final class FloatColumnStatistics {
  private static final int WIDTH = FloatVectors.WIDTH;
  private static final int LENGTH = FloatSoftmaxBlock.LENGTH;
  private static final int LANES = RowOrder.LANES;

  private final int classes;
  private final float[] x;
  private final float[] largest;
  private final float[] lanes = new float[LANES * LENGTH];

  FloatColumnStatistics(FloatColumns columns) {
    classes = columns.classes();
    x = columns.elements();
    largest = columns.largest();
  }

  /**
   * Computes the entropies of rows.
   *
   * @param stages gets what does it
   * @param inverses times e^x 2^-exponent they are the probabilities of elements x
   * @param tied that of elements that equal the references
   * @param bases log p is x - base - excess
   * @param excess see there
   * @param entropies gets them
   */
  void addEntropies(
      FloatVectorStages stages,
      float[] references,
      FloatWords inverses,
      float[] exponents,
      float[] tied,
      float[] bases,
      float[] excess,
      float[] entropies) {
    int[] bits = new int[LENGTH];
    stages.add(() -> FloatColumns.toBits(exponents, bits));
    stages.add(() -> Arrays.fill(lanes, 0, Math.min(classes, LANES) * LENGTH, 0));
    stages.add(
        () -> {
          for (int i = 0; i < LENGTH; i += WIDTH) {
            addProducts(references, inverses, bits, tied, bases, excess, i);
          }
        });
    stages.add(() -> FloatColumns.addLanes(lanes, classes, entropies));
    stages.add(() -> subtractFrom0(entropies));
  }

  /** Adds p log p to the lanes. */
  private void addProducts(
      float[] references,
      FloatWords inverses,
      int[] bits,
      float[] tied,
      float[] bases,
      float[] excess,
      int i) {
    FloatVector reference = at(references, i);
    FloatVector head = at(inverses.heads(), i);
    FloatVector tail = at(inverses.tails(), i);
    FloatVector ofTied = at(tied, i);
    FloatVector base = at(bases, i);
    FloatVector less = at(excess, i);
    IntVector ofRow = at(bits, i);
    for (int c = 0; c < classes; c++) {
      FloatVector element = at(x, c * LENGTH + i);
      VectorMask<Float> tie = element.compare(VectorOperators.EQ, reference);
      FloatVector p =
          FloatVectorPush.pushedCarefully(element, head, tail, ofRow).blend(ofTied, tie);
      FloatVector log = element.sub(base).sub(less);
      log = log.blend(0f, p.compare(VectorOperators.EQ, 0f));
      int lane = c % LANES * LENGTH + i;
      p.fma(log, at(lanes, lane)).intoArray(lanes, lane);
    }
  }

  private static void subtractFrom0(float[] values) {
    for (int i = 0; i < LENGTH; i += WIDTH) {
      FloatVector.zero(FloatVectors.FLOATS).sub(at(values, i)).intoArray(values, i);
    }
  }

  /**
   * Computes the largest probabilities of rows.
   *
   * @param stages gets what does it
   * @param inverses times e^x 2^-exponent they are the probabilities of elements x
   * @param tied that of elements that equal the references
   * @param probabilities gets them
   */
  void addLargestProbabilities(
      FloatVectorStages stages,
      float[] references,
      FloatWords inverses,
      float[] exponents,
      float[] tied,
      float[] probabilities) {
    int[] bits = new int[LENGTH];
    stages.add(() -> FloatColumns.toBits(exponents, bits));
    stages.add(
        () -> {
          for (int i = 0; i < LENGTH; i += WIDTH) {
            FloatVector p =
                FloatVectorPush.pushedCarefully(
                    at(largest, i), at(inverses.heads(), i), at(inverses.tails(), i), at(bits, i));
            VectorMask<Float> other = at(largest, i).compare(VectorOperators.GT, at(references, i));
            at(tied, i).blend(p, other).intoArray(probabilities, i);
          }
        });
  }

  /**
   * Counts how many elements come before those of the labels, which the references are.
   *
   * @param stages gets what does it
   * @param ranks gets the numbers
   */
  void addRanks(FloatVectorStages stages, float[] references, int[] labels, int[] ranks) {
    stages.add(
        () -> {
          for (int i = 0; i < LENGTH; i += WIDTH) {
            rank(references, labels, ranks, i);
          }
        });
  }

  private void rank(float[] references, int[] labels, int[] ranks, int i) {
    FloatVector reference = at(references, i);
    IntVector label = at(labels, i);
    IntVector count = IntVector.zero(FloatVectors.INTS);
    for (int c = 0; c < classes; c++) {
      FloatVector element = at(x, c * LENGTH + i);
      VectorMask<Integer> larger =
          element.compare(VectorOperators.GT, reference).cast(FloatVectors.INTS);
      VectorMask<Integer> equal =
          element.compare(VectorOperators.EQ, reference).cast(FloatVectors.INTS);
      count = count.add(1, larger).add(1, equal.and(label.compare(VectorOperators.GT, c)));
    }
    count.intoArray(ranks, i);
  }

  /**
   * Finds the first of the largest elements.
   *
   * @param stages gets what does it
   * @param argmaxes gets their classes
   */
  void addArgmaxes(FloatVectorStages stages, int[] argmaxes) {
    stages.add(
        () -> {
          for (int i = 0; i < LENGTH; i += WIDTH) {
            findArgmax(argmaxes, i);
          }
        });
  }

  private void findArgmax(int[] argmaxes, int i) {
    FloatVector top = FloatVectors.of(Float.NEGATIVE_INFINITY);
    IntVector argmax = IntVector.zero(FloatVectors.INTS);
    for (int c = 0; c < classes; c++) {
      FloatVector element = at(x, c * LENGTH + i);
      VectorMask<Float> larger = element.compare(VectorOperators.GT, top);
      top = top.blend(element, larger);
      argmax = argmax.blend(c, larger.cast(FloatVectors.INTS));
    }
    argmax.intoArray(argmaxes, i);
  }
}
