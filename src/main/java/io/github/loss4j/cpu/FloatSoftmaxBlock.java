// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatVectorDoubleWord.headOfRest;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.reciprocal;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfRest;
import static io.github.loss4j.cpu.FloatVectorDoubleWord.tailOfSum;
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
  static final int LENGTH = 256;

  private static final int WIDTH = FloatVectors.WIDTH;

  private final FloatArithmetic arithmetic;

  // What is known of each row.
  private final float[] references;
  private final float[] counts;
  private final float[] countExponents;
  private final FloatWords countLogarithms;
  private final FloatScaledWords others;

  // What is made of it.
  private final FloatScaledWords one;
  private final FloatScaledWords own;
  private final FloatScaledWords total;
  private final FloatWords nll;
  private final FloatWords ofOthers;
  private final FloatWords ofTies;
  private final FloatWords inverse;

  private final FloatWords ones;
  private final FloatWords dividends;
  private final FloatWords divisors;
  private final FloatWords odds;
  private final float[] unlikely;
  private final float[] argument;
  private final FloatWords logarithm;
  private final float[] totalRests;
  private final float[] scratch;
  private boolean tied;
  private int lastTies = 1;
  private Arithmetic.Binary lastCount = Arithmetic.split(1);
  private DoubleWord lastLogarithm = DoubleWord.of(0);

  /** As many rows as are computed: those of the block, and what fills its last vectors. */
  private int length;

  private final FloatVectorStages nllStages = new FloatVectorStages();
  private final FloatVectorStages shareStages = new FloatVectorStages();

  /**
   * A block.
   *
   * @param capacity the most rows that it will have; up to {@link #LENGTH}
   */
  FloatSoftmaxBlock(FloatArithmetic arithmetic, int capacity) {
    this.arithmetic = arithmetic;
    int lanes = lanes(capacity);
    references = new float[lanes];
    counts = new float[lanes];
    countExponents = new float[lanes];
    countLogarithms = new FloatWords(lanes);
    others = new FloatScaledWords(lanes);
    one = new FloatScaledWords(lanes);
    own = new FloatScaledWords(lanes);
    total = new FloatScaledWords(lanes);
    nll = new FloatWords(lanes);
    ofOthers = new FloatWords(lanes);
    ofTies = new FloatWords(lanes);
    inverse = new FloatWords(lanes);
    ones = new FloatWords(lanes);
    dividends = new FloatWords(lanes);
    divisors = new FloatWords(lanes);
    odds = new FloatWords(lanes);
    unlikely = new float[lanes];
    argument = new float[lanes];
    logarithm = new FloatWords(lanes);
    totalRests = new float[lanes];
    scratch = new float[lanes];
    length = lanes;
    Arrays.fill(ones.heads(), 1);
    Arrays.fill(counts, 1);
    addTotal();
    addNll();
    addQuotients(shareStages, others, total, ofOthers);
    addQuotients(shareStages, one, total, ofTies);
    addInverse(shareStages);
  }

  private void addTotal() {
    nllStages.add(() -> FloatVectorScaledWord.split(sums(), exponents(), length));
    nllStages.add(
        () -> FloatVectorPower.exponentials(references, one.words(), one.exponents(), length));
    nllStages.add(this::multiplyByCounts);
    nllStages.add(() -> FloatVectorScaledWord.normalize(tied ? own : one, own, length));
    nllStages.add(() -> FloatVectorScaledWord.plus(own, sums(), exponents(), total, length));
    nllStages.add(() -> FloatVectorScaledWord.normalize(total, total, length));
  }

  /** Where all counts are 1 there is nothing to do. */
  private void multiplyByCounts() {
    if (tied) {
      FloatVectorScaledWord.by(one, counts, countExponents, own, length);
    }
  }

  private void addNll() {
    nllStages.add(this::chooseQuotients);
    nllStages.add(() -> FloatVectorDoubleWord.quotients(dividends, divisors, odds, length));
    nllStages.add(() -> FloatVectorPower.scaledDown(odds, scratch, odds, length));
    nllStages.add(this::chooseArguments);
    nllStages.add(() -> FloatVectorLogarithm.log1p(argument, logarithm, length));
    nllStages.add(() -> logRatios(logarithm, references, nll));
    nllStages.add(this::chooseNll);
  }

  /**
   * Where the others weigh less, the NLL is log(1 + others / own), else log(total / e^reference):
   * of the two only that which a row needs is computed. The latter's quotient is 1 / total, for the
   * tail of the total.
   */
  private void chooseQuotients() {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector above = at(others.exponents(), i).sub(at(own.exponents(), i));
      VectorMask<Float> reached =
          at(others.words().heads(), i)
              .compare(VectorOperators.GE, at(own.words().heads(), i))
              .and(above.compare(VectorOperators.EQ, 0f));
      VectorMask<Float> heavier = above.compare(VectorOperators.GT, 0f).or(reached);
      above.blend(0, heavier).intoArray(scratch, i);
      FloatVectors.of(0).blend(1, heavier).intoArray(unlikely, i);
      at(others.words().heads(), i).blend(1, heavier).intoArray(dividends.heads(), i);
      at(own.words().heads(), i)
          .blend(at(total.words().heads(), i), heavier)
          .intoArray(divisors.heads(), i);
      at(own.words().tails(), i)
          .blend(at(total.words().tails(), i), heavier)
          .intoArray(divisors.tails(), i);
    }
  }

  private void chooseArguments() {
    for (int i = 0; i < length; i += WIDTH) {
      FloatVector above1 = at(total.words().heads(), i).sub(1);
      at(odds.heads(), i).blend(above1, unlikely(i)).intoArray(argument, i);
      at(total.words().tails(), i).mul(at(odds.heads(), i)).intoArray(totalRests, i);
    }
  }

  /** Puts the likely ones among the unlikely, which are there already. */
  private void chooseNll() {
    for (int i = 0; i < length; i += WIDTH) {
      // By so much more the logarithm of 1 + odds is, as they have tails.
      FloatVector slope = reciprocal(at(odds.heads(), i).add(1));
      FloatVector tail = at(odds.tails(), i).fma(slope, at(logarithm.tails(), i));
      FloatVector ofCount = at(countLogarithms.heads(), i);
      FloatVector sum = ofCount.add(at(logarithm.heads(), i));
      FloatVector rest =
          tailOfSum(ofCount, at(logarithm.heads(), i), sum)
              .add(at(countLogarithms.tails(), i).add(tail));
      FloatVector head = headOfRest(sum, rest);
      VectorMask<Float> unlikely = unlikely(i);
      head.blend(at(nll.heads(), i), unlikely).intoArray(nll.heads(), i);
      tailOfRest(sum, rest, head).blend(at(nll.tails(), i), unlikely).intoArray(nll.tails(), i);
    }
  }

  /** Whether the others together weigh as much as what equals the reference. */
  private VectorMask<Float> unlikely(int i) {
    return at(unlikely, i).compare(VectorOperators.NE, 0f);
  }

  /** The logarithm of the total over e^x, where that of the total's head is given. */
  private void logRatios(FloatWords ofHead, float[] x, FloatWords into) {
    FloatVectorLogarithm.logRatio(ofHead, total.exponents(), totalRests, x, into, length);
  }

  private void addInverse(FloatVectorStages stages) {
    stages.add(() -> FloatVectorDoubleWord.quotients(ones, total.words(), inverse, length));
  }

  /**
   * Begins a block.
   *
   * @param count how many rows it has
   */
  void begin(int count) {
    length = lanes(count);
    if (!tied) {
      return;
    }
    tied = false;
    Arrays.fill(counts, 1);
    Arrays.fill(countExponents, 0);
    Arrays.fill(countLogarithms.heads(), 0);
    Arrays.fill(countLogarithms.tails(), 0);
  }

  /** So many rows are computed where there are some: all lanes of their vectors. */
  static int lanes(int rows) {
    return Math.ceilDiv(rows, WIDTH) * WIDTH;
  }

  /** How many rows are computed, a multiple of a vector's length. */
  int length() {
    return length;
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
      look(ties);
      counts[i] = (float) lastCount.significand();
      countExponents[i] = lastCount.exponent();
      countLogarithms.set(i, lastLogarithm);
    }
  }

  /** Most rows that have ties have as many as the last. */
  private void look(int ties) {
    if (ties != lastTies) {
      lastTies = ties;
      lastCount = Arithmetic.split(ties);
      lastLogarithm = arithmetic.logRatio(lastCount, 0);
    }
  }

  /**
   * Whether every row of a whole block is one for which this is.
   *
   * @param largest the largest elements that do not equal the references
   */
  boolean areAllOrdinary(float[] largest) {
    for (int i = 0; i < length; i += WIDTH) {
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

  /** The same of one row. */
  boolean isOrdinary(int i, float largest) {
    return Math.abs(references[i]) <= Arithmetic.SHIFT_BEYOND
        && Math.abs(largest) <= Arithmetic.SHIFT_BEYOND
        && !Float.isNaN(sums()[i]);
  }

  /** Computes log-sum-exp minus the reference. */
  void computeNll() {
    nllStages.run();
  }

  /** Computes what probabilities are made of. */
  void computeShares() {
    shareStages.run();
  }

  /**
   * Computes, after the shares, 1 - p of the references: what the others leave of it and those that
   * are tied.
   *
   * @param stages gets what does it
   * @param ties how many elements equal the references
   * @param into gets them
   */
  void addComplements(FloatVectorStages stages, int[] ties, FloatWords into) {
    float[] tiesLess1 = new float[into.heads().length];
    stages.add(
        () -> {
          for (int i = 0; i < length; i++) {
            tiesLess1[i] = ties[i] - 1;
          }
        });
    stages.add(() -> FloatVectorDoubleWord.by(ofTies, tiesLess1, into, length));
    stages.add(() -> FloatVectorDoubleWord.plus(into, ofOthers, into, length));
  }

  /** These over those. */
  private void addQuotients(
      FloatVectorStages stages, FloatScaledWords these, FloatScaledWords those, FloatWords into) {
    stages.add(() -> FloatVectorScaledWord.subtractExponents(these, those, scratch, length));
    stages.add(() -> FloatVectorDoubleWord.quotients(these.words(), those.words(), into, length));
    stages.add(() -> FloatVectorPower.scaledDown(into, scratch, into, length));
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
    addInverse(stages);
    stages.add(this::splitTotal);
    stages.add(() -> FloatVectorLogarithm.near1(argument, excess, length));
    stages.add(() -> logRatios(excess, largest, excess));
    stages.add(() -> chooseBases(largest, bases, excess));
  }

  private void splitTotal() {
    for (int i = 0; i < length; i += WIDTH) {
      at(total.words().heads(), i).sub(1).intoArray(argument, i);
      at(total.words().tails(), i).mul(at(inverse.heads(), i)).intoArray(totalRests, i);
    }
  }

  private void chooseBases(float[] largest, float[] bases, FloatWords excess) {
    for (int i = 0; i < length; i += WIDTH) {
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
