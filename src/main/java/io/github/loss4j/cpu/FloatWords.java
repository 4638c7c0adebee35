// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import java.util.Arrays;

/** Many {@link DoubleWord}s of F32; the length of a block is a multiple of that of a vector. */
final class FloatWords {
  private final float[] heads;
  private final float[] tails;

  FloatWords(float[] heads, float[] tails) {
    this.heads = heads;
    this.tails = tails;
  }

  FloatWords(int length) {
    this(new float[length], new float[length]);
  }

  /** Words that are all the same. */
  static FloatWords all(DoubleWord word, int length) {
    FloatWords words = new FloatWords(length);
    Arrays.fill(words.heads, (float) word.head());
    Arrays.fill(words.tails, (float) word.tail());
    return words;
  }

  float[] heads() {
    return heads;
  }

  float[] tails() {
    return tails;
  }

  DoubleWord get(int i) {
    return new DoubleWord(heads[i], tails[i]);
  }

  void set(int i, DoubleWord word) {
    heads[i] = (float) word.head();
    tails[i] = (float) word.tail();
  }
}
