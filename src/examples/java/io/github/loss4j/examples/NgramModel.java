// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Predicts the next byte of a text from up to four bytes before it, with Witten-Bell smoothing: the
 * counts of each context refine what the next shorter one says, and the shortest of all, nothing,
 * says that all bytes are equally likely. So no byte ever has probability 0.
 *
 * @see <a href="https://doi.org/10.1109/18.87000">I. H. Witten and T. C. Bell, The zero-frequency
 *     problem, 1991</a>
 */
final class NgramModel {
  /** The number of different bytes. */
  static final int CLASSES = 256;

  /** The most bytes that a prediction looks back; four of them make an int, the key of a map. */
  private static final int LONGEST_CONTEXT = Integer.BYTES;

  /** What followed each context, by the context's length. */
  private final List<Map<Integer, Followers>> contexts = new ArrayList<>();

  NgramModel() {
    for (int length = 0; length <= LONGEST_CONTEXT; length++) {
      contexts.add(new HashMap<>());
    }
  }

  /** Counts what follows what in the first bytes of a text. */
  void train(byte[] text, int end) {
    for (int at = 0; at < end; at++) {
      for (int length = 0; length <= Math.min(at, LONGEST_CONTEXT); length++) {
        contexts
            .get(length)
            .computeIfAbsent(context(text, at, length), context -> new Followers())
            .add(text[at]);
      }
    }
  }

  /** Sets the probability of each byte to stand at a position, given the bytes before it. */
  void predict(byte[] text, int at, double[] probabilities) {
    Arrays.fill(probabilities, 1.0 / CLASSES);
    for (int length = 0; length <= Math.min(at, LONGEST_CONTEXT); length++) {
      Followers followers = contexts.get(length).get(context(text, at, length));
      if (followers == null) {
        return; // What was never seen after fewer bytes was never seen after more.
      }
      followers.refine(probabilities);
    }
  }

  /** The bytes before a position as a number. */
  private static int context(byte[] text, int at, int length) {
    int context = 0;
    for (int i = at - length; i < at; i++) {
      context = context << Byte.SIZE | Byte.toUnsignedInt(text[i]);
    }
    return context;
  }
}
