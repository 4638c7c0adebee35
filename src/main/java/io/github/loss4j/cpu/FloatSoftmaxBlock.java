// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectors.at;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * What {@link RowSoftmax} makes of a row's sum, for a block of rows of F32 and with the Vector API:
 * the same operations in the same order, a row in each lane. It is for rows whose reference and
 * largest other element are finite and not far from 0; of others it makes nothing that means
 * anything.
 */
final class FloatSoftmaxBlock {
  /** The most rows of a block. */
  static final int LENGTH = 128;

  private static final int WIDTH = FloatVectors.WIDTH;

  private final FloatArithmetic arithmetic;

  // What is known of each row.
  private final float[] references = new float[LENGTH];
  private final float[] counts = new float[LENGTH];
  private final float[] countExponents = new float[LENGTH];
  private final FloatWords countLogarithms = new FloatWords(LENGTH);
  private final FloatScaledWords others = new FloatScaledWords(LENGTH);

  // What is made of it.
  private final FloatScaledWords one = new FloatScaledWords(LENGTH);
  private final FloatScaledWords own = new FloatScaledWords(LENGTH);
  private final FloatScaledWords total = new FloatScaledWords(LENGTH);
  private final FloatWords nll = new FloatWords(LENGTH);
  private final FloatWords likelyNll = new FloatWords(LENGTH);
  private final FloatWords ofOthers = new FloatWords(LENGTH);
  private final FloatWords ofTies = new FloatWords(LENGTH);
  private final FloatWords inverse = new FloatWords(LENGTH);

  private final FloatWords odds = new FloatWords(LENGTH);
  private final FloatWords ones = new FloatWords(LENGTH);
  private final float[] scratch = new float[LENGTH];
  private boolean tied;

  private final FloatVectorStages nllStages = new FloatVectorStages();
  private final FloatVectorStages shareStages = new FloatVectorStages();

  FloatSoftmaxBlock(FloatArithmetic arithmetic) {
    this.arithmetic = arithmetic;
    Arrays.fill(ones.heads(), 1);
    Arrays.fill(counts, 1);
    addTotal();
    addLikelyNll();
    addUnlikelyNll();
    nllStages.add(this::choose);
    addQuotients(shareStages, others, total, ofOthers);
    addQuotients(shareStages, one, total, ofTies);
  }

  private void addTotal() {
    nllStages.add(() -> FloatVectorScaledWord.split(sums(), exponents(), LENGTH));
    nllStages.add(() -> FloatVectorPower.timesLog2e(references, odds, LENGTH));
    nllStages.add(() -> FloatVectorPower.exp2Words(odds, one.words(), one.exponents(), LENGTH));
    nllStages.add(() -> FloatVectorScaledWord.by(one, counts, countExponents, own, LENGTH));
    nllStages.add(() -> FloatVectorScaledWord.normalize(own, own, LENGTH));
    nllStages.add(() -> FloatVectorScaledWord.plus(own, sums(), exponents(), total, LENGTH));
    nllStages.add(() -> FloatVectorScaledWord.normalize(total, total, LENGTH));
  }

  private void addLikelyNll() {
    addQuotients(nllStages, others, own, odds);
    nllStages.add(() -> FloatVectorLogarithm.log1p(odds.heads(), likelyNll, LENGTH));
    nllStages.add(() -> addSlopes(odds, likelyNll));
    nllStages.add(() -> FloatVectorDoubleWord.plus(countLogarithms, likelyNll, likelyNll, LENGTH));
  }

  private void addUnlikelyNll() {
    nllStages.add(() -> FloatVectorDoubleWord.quotients(ones, total.words(), inverse, LENGTH));
    nllStages.add(this::splitTotal);
    nllStages.add(() -> FloatVectorLogarithm.near1(odds.heads(), nll, LENGTH));
    nllStages.add(
        () ->
            FloatVectorLogarithm.logRatio(
                nll, total.exponents(), scratch, references, nll, LENGTH));
  }

  /** Begins a block. */
  void begin() {
    if (!tied) {
      return;
    }
    tied = false;
    Arrays.fill(counts, 1);
    Arrays.fill(countExponents, 0);
    Arrays.fill(countLogarithms.heads(), 0);
    Arrays.fill(countLogarithms.tails(), 0);
  }

  /** The references of the block's rows, to be filled. */
  float[] references() {
    return references;
  }

  /** Sums over all other elements, to be filled; normal numbers. */
  float[] sums() {
    return others.words().heads();
  }

  /** The exponents of the sums, to be filled. */
  float[] exponents() {
    return others.exponents();
  }

  /** Says how many elements equal a row's reference; 1 unless it is said. */
  void setTies(int i, int ties) {
    if (ties > 1) {
      tied = true;
      Arithmetic.Binary count = Arithmetic.split(ties);
      counts[i] = (float) count.significand();
      countExponents[i] = count.exponent();
      countLogarithms.set(i, arithmetic.logRatio(count, 0));
    }
  }

  /**
   * Whether every row of a whole block is one for which this is.
   *
   * @param largest the largest elements that do not equal the references
   */
  boolean areAllOrdinary(float[] largest) {
    for (int i = 0; i < LENGTH; i += WIDTH) {
      FloatVector far = FloatVectors.larger(at(references, i).abs(), at(largest, i).abs());
      VectorMask<Float> ordinary =
          far.compare(VectorOperators.LE, (float) Arithmetic.SHIFT_BEYOND)
              .and(at(sums(), i).compare(VectorOperators.LE, Float.MAX_VALUE));
      if (!ordinary.allTrue()) {
        return false;
      }
    }
    return true;
  }

  /** Computes log-sum-exp minus the reference. */
  void computeNll() {
    nllStages.run();
  }

  /** Computes what probabilities are made of. */
  void computeShares() {
    shareStages.run();
  }

  /** These over those. */
  private void addQuotients(
      FloatVectorStages stages, FloatScaledWords these, FloatScaledWords those, FloatWords into) {
    stages.add(() -> FloatVectorScaledWord.subtractExponents(these, those, scratch, LENGTH));
    stages.add(() -> FloatVectorDoubleWord.quotients(these.words(), those.words(), into, LENGTH));
    stages.add(() -> FloatVectorPower.scaledDown(into, scratch, into, LENGTH));
  }

  /** By so much more the logarithm of 1 + odds is, as they have tails. */
  private static void addSlopes(FloatWords odds, FloatWords into) {
    for (int i = 0; i < LENGTH; i += WIDTH) {
      FloatVector slope = FloatVectorDoubleWord.reciprocal(at(odds.heads(), i).add(1));
      at(odds.tails(), i).fma(slope, at(into.tails(), i)).intoArray(into.tails(), i);
    }
  }

  private void splitTotal() {
    for (int i = 0; i < LENGTH; i += WIDTH) {
      at(total.words().tails(), i).mul(at(inverse.heads(), i)).intoArray(scratch, i);
      at(total.words().heads(), i).sub(1).intoArray(odds.heads(), i);
    }
  }

  private void choose() {
    for (int i = 0; i < LENGTH; i += WIDTH) {
      VectorMask<Float> unlikely = unlikely(i);
      at(likelyNll.heads(), i).blend(at(nll.heads(), i), unlikely).intoArray(nll.heads(), i);
      at(likelyNll.tails(), i).blend(at(nll.tails(), i), unlikely).intoArray(nll.tails(), i);
    }
  }

  /** Whether the others together weigh as much as what equals the reference. */
  private VectorMask<Float> unlikely(int i) {
    FloatVector above = at(others.exponents(), i).sub(at(own.exponents(), i));
    VectorMask<Float> reached =
        at(others.words().heads(), i)
            .compare(VectorOperators.GE, at(own.words().heads(), i))
            .and(above.compare(VectorOperators.EQ, 0f));
    return above.compare(VectorOperators.GT, 0f).or(reached);
  }

  /**
   * Computes, after the NLL, log-sum-exp as one of the heavier elements and what it lies above it.
   *
   * @param stages gets what does it
   * @param largest the largest elements that do not equal the references
   * @param bases gets the elements
   * @param excess gets the rest
   */
  void addExcess(FloatVectorStages stages, float[] largest, float[] bases, FloatWords excess) {
    stages.add(this::splitTotal);
    stages.add(() -> FloatVectorLogarithm.near1(odds.heads(), excess, LENGTH));
    stages.add(
        () ->
            FloatVectorLogarithm.logRatio(
                excess, total.exponents(), scratch, largest, excess, LENGTH));
    stages.add(() -> chooseBases(largest, bases, excess));
  }

  private void chooseBases(float[] largest, float[] bases, FloatWords excess) {
    for (int i = 0; i < LENGTH; i += WIDTH) {
      VectorMask<Float> unlikely = unlikely(i);
      at(references, i).blend(at(largest, i), unlikely).intoArray(bases, i);
      at(nll.heads(), i).blend(at(excess.heads(), i), unlikely).intoArray(excess.heads(), i);
      at(nll.tails(), i).blend(at(excess.tails(), i), unlikely).intoArray(excess.tails(), i);
    }
  }

  /** Log-sum-exp minus the reference: the NLL of the reference. */
  FloatWords nll() {
    return nll;
  }

  /** The probability of all others together. */
  FloatWords ofOthers() {
    return ofOthers;
  }

  /** That of an element that equals the reference. */
  FloatWords ofTies() {
    return ofTies;
  }

  /** What e^x 2^-exponent is multiplied by to be a probability. */
  FloatWords inverse() {
    return inverse;
  }

  /** The exponent. */
  float[] totalExponents() {
    return total.exponents();
  }
}
