// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of F32 logits, as an ordinary fast loop has them. In one pass: the maximum that is
 * subtracted is that of the blocks before, and the block's own is found beside; the sum is scaled
 * when it rises, and a block is computed again only where it rises so far that terms may overflow.
 */
final class AnyOrderRow {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final int WIDTH = FLOATS.length();
  private static final int BLOCK = 2048;

  /** e to this, times as many as a row may have, is no infinity. */
  private static final float HIGHEST = 60;

  /** e to less is no normal number. */
  private static final float LOWEST = -87;

  private static final float LOG2E = 1.442695f;

  /** What rounds to an integer when it is added. */
  private static final float ROUND = 12582912;

  /** The series of 2^f; f lies between -1/2 and 1/2. */
  private static final float[] POWER = {
    1, 0.6931472f, 0.2402265f, 0.05550357f, 0.009618237f, 0.0013395472f
  };

  private final MemorySegment logits;
  private final int classes;
  private float largest;
  private float logSumExp;

  AnyOrderRow(MemorySegment logits, int classes) {
    this.logits = logits;
    this.classes = classes;
  }

  /** The loss of a row. */
  double loss(long row, int label) {
    long start = row * classes * Float.BYTES;
    float subtracted = logits.get(F32, start);
    double sum = 0;
    for (int from = 0; from < classes; from += BLOCK) {
      long at = start + (long) from * Float.BYTES;
      int count = Math.min(BLOCK, classes - from);
      largest = subtracted;
      float added = sum(at, count, subtracted);
      if (largest > subtracted + HIGHEST) {
        added = sum(at, count, largest) * (float) Math.exp((double) largest - subtracted);
      }
      sum += added;
      if (largest > subtracted) {
        sum *= Math.exp((double) subtracted - largest);
        subtracted = largest;
      }
    }
    logSumExp = (float) (subtracted + Math.log(sum));
    return logSumExp - logits.get(F32, start + (long) label * Float.BYTES);
  }

  private float sum(long at, int count, float subtracted) {
    int whole = count / WIDTH * WIDTH;
    float sum = sumOfVectors(at, whole, subtracted);
    for (int j = whole; j < count; j++) {
      float x = logits.get(F32, at + (long) j * Float.BYTES);
      largest = Math.max(largest, x);
      sum += (float) Math.exp((double) x - subtracted);
    }
    return sum;
  }

  private float sumOfVectors(long at, int count, float subtracted) {
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector top = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int j = 0; j < count; j += WIDTH) {
      FloatVector x = load(at + (long) j * Float.BYTES);
      top = top.blend(x, x.compare(VectorOperators.GT, top));
      sum = sum.add(exp(x.sub(subtracted)));
    }
    largest = Math.max(largest, top.reduceLanes(VectorOperators.MAX));
    return sum.reduceLanes(VectorOperators.ADD);
  }

  /** Writes the gradient of a row whose loss was computed last. */
  void gradient(long row, int label, MemorySegment into, float scale) {
    long start = row * classes * Float.BYTES;
    int whole = classes / WIDTH * WIDTH;
    for (int from = 0; from < whole; from += BLOCK) {
      softmax(start + (long) from * Float.BYTES, Math.min(BLOCK, whole - from), into, scale);
    }
    for (int j = whole; j < classes; j++) {
      long at = start + (long) j * Float.BYTES;
      into.set(F32, at, scale * (float) Math.exp((double) logits.get(F32, at) - logSumExp));
    }
    long at = start + (long) label * Float.BYTES;
    into.set(F32, at, into.get(F32, at) - scale);
  }

  private void softmax(long at, int count, MemorySegment into, float scale) {
    for (int j = 0; j < count; j += WIDTH) {
      long place = at + (long) j * Float.BYTES;
      exp(load(place).sub(logSumExp))
          .mul(scale)
          .intoMemorySegment(into, place, ByteOrder.LITTLE_ENDIAN);
    }
  }

  private FloatVector load(long at) {
    return FloatVector.fromMemorySegment(FLOATS, logits, at, ByteOrder.LITTLE_ENDIAN);
  }

  private static FloatVector exp(FloatVector y) {
    VectorMask<Float> low = y.compare(VectorOperators.LT, LOWEST);
    FloatVector x = y.blend(LOWEST, low);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector log2e = FloatVector.broadcast(FLOATS, LOG2E);
    FloatVector t = x.fma(log2e, round);
    FloatVector f = x.fma(log2e, round.sub(t));
    FloatVector p = FloatVector.broadcast(FLOATS, POWER[5]);
    p = p.fma(f, FloatVector.broadcast(FLOATS, POWER[4]));
    p = p.fma(f, FloatVector.broadcast(FLOATS, POWER[3]));
    p = p.fma(f, FloatVector.broadcast(FLOATS, POWER[2]));
    p = p.fma(f, FloatVector.broadcast(FLOATS, POWER[1]));
    p = p.fma(f, FloatVector.broadcast(FLOATS, POWER[0]));
    // The integer's bits, moved to where a float has its exponent; those of ROUND leave the int.
    IntVector n = t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.reinterpretAsInts().add(n).reinterpretAsFloats();
  }
}
