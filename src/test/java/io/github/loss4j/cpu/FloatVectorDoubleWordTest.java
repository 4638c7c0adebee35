// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import static io.github.loss4j.cpu.FloatBlocks.LENGTH;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks of double words have the bits of {@link DoubleWord}. */
@Tag("vectors")
class FloatVectorDoubleWordTest {
  private static final FloatArithmetic A = FloatArithmetic.INSTANCE;

  private final FloatWords into = FloatBlocks.words();
  private final float[] numbers = new float[LENGTH];

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void operationsOnAnyNumbersHaveTheBitsOfPlainJava(long seed) {
    FloatBlocks blocks = new FloatBlocks(seed);
    boolean any = seed % 2 == 0;
    FloatWords a = blocks.words(any ? blocks.any() : blocks.between(-3, 3));
    FloatWords b = blocks.words(any ? blocks.any() : blocks.between(-3, 3));
    FloatWords c = blocks.words(any ? blocks.any() : blocks.between(-3, 3));
    float[] x = a.heads();
    float[] y = b.heads();
    FloatVectorDoubleWord.sumOf(x, y, into, LENGTH);
    FloatBlocks.assertSame(i -> DoubleWord.sumOf(x[i], y[i], A), into);
    FloatVectorDoubleWord.sumOfOrdered(x, y, into, LENGTH);
    FloatBlocks.assertSame(i -> DoubleWord.sumOfOrdered(x[i], y[i], A), into);
    FloatVectorDoubleWord.plus(a, b, into, LENGTH);
    FloatBlocks.assertSame(i -> a.get(i).plus(b.get(i), A), into);
    FloatVectorDoubleWord.by(a, y, into, LENGTH);
    FloatBlocks.assertSame(i -> a.get(i).by(y[i], A), into);
    FloatVectorDoubleWord.by(a, b, into, LENGTH);
    FloatBlocks.assertSame(i -> a.get(i).by(b.get(i), A), into);
    FloatVectorDoubleWord.times(a, y, numbers, LENGTH);
    FloatBlocks.assertSameNumbers(i -> a.get(i).times(y[i], A), numbers);
    FloatVectorDoubleWord.times(a, b, numbers, LENGTH);
    FloatBlocks.assertSameNumbers(i -> a.get(i).times(b.get(i), A), numbers);
    FloatVectorDoubleWord.timesLess(a, b, c, numbers, LENGTH);
    FloatBlocks.assertSameNumbers(
        i -> a.get(i).timesLess(b.get(i).head(), b.get(i).tail(), c.get(i), A), numbers);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void quotientsHaveTheBitsOfPlainJava(long seed) {
    FloatBlocks blocks = new FloatBlocks(seed);
    FloatWords a = blocks.words(seed % 2 == 0 ? blocks.any() : blocks.between(-3, 3));
    FloatWords b = blocks.words(blocks.between(1, 2));
    FloatVectorDoubleWord.quotients(a, b, into, LENGTH);
    FloatBlocks.assertSame(i -> b.get(i).under(a.get(i), A), into);
    FloatVectorDoubleWord.reciprocals(b.heads(), numbers, LENGTH);
    FloatBlocks.assertSameNumbers(
        i -> A.reciprocal(new Arithmetic.Binary(b.heads()[i], 0)), numbers);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aResultMayBeAnOperand(long seed) {
    FloatBlocks blocks = new FloatBlocks(seed);
    FloatWords a = blocks.words(blocks.any());
    FloatWords b = blocks.words(blocks.any());
    FloatWords copy = new FloatWords(a.heads().clone(), a.tails().clone());
    FloatVectorDoubleWord.plus(a, b, a, LENGTH);
    FloatBlocks.assertSame(i -> copy.get(i).plus(b.get(i), A), a);
  }
}
