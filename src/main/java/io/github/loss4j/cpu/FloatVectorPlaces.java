// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Adds up the terms of whole segments, from one place of memory or from several. Which is the
 * faster is a matter of how the processor fetches what it will be asked for: from memory one place
 * took 0.8 to 0.9 of the time of four on an AMD EPYC of Zen 4, and four took 0.7 to 0.9 of the time
 * of one on Intel Xeons.
 *
 * <p>C2 compiles a loop once for either type, as a part of its caller, and inlines nothing into
 * loops of this size but the API of vectors: no method can say once what is said for each of four
 * vectors.
 */
abstract sealed class FloatVectorPlaces permits FloatVectorOnePlace, FloatVectorFourPlaces {
  /** So many whole segments at most are added up before their sums are. */
  static final int SPAN = 64;

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  private static final boolean ONE = isOfAmd();

  /** Those of the row. */
  final FloatVectorTerms terms;

  FloatVectorPlaces(FloatVectorTerms terms) {
    this.terms = terms;
  }

  /** The faster on this processor. */
  static FloatVectorPlaces of(FloatVectorTerms terms) {
    return ONE ? new FloatVectorOnePlace(terms) : new FloatVectorFourPlaces(terms);
  }

  private static boolean isOfAmd() {
    if (!Files.isReadable(PROCESSORS)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(PROCESSORS)) {
      return lines
          .takeWhile(line -> !line.isEmpty())
          .anyMatch(line -> line.contains("AuthenticAMD"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Adds them up.
   *
   * @param segment the first
   * @param segments how many lie there one after another, at most {@link #SPAN}
   * @param sums gets the sum of each
   */
  abstract void add(FloatVectorSegment segment, int segments, float[] sums);

  /** Adds up what all passes see, from some bytes after the first segment's beginning on. */
  final void addPasses(FloatVectorSegment segment, int bytes) {
    MemorySegment memory = segment.memory();
    for (int pass = 0; pass < FloatVectorSegment.PASSES; pass++) {
      long start = segment.first(pass) + bytes;
      if (segment.isOfHalves()) {
        addHalves(memory, start, segment.slot(pass), segment.secondSlot(pass));
      } else {
        addFloats(memory, start, segment.slot(pass), segment.secondSlot(pass));
      }
    }
  }

  /** Adds up what a pass sees of F32. */
  abstract void addFloats(MemorySegment memory, long start, int slot, int secondSlot);

  /** Adds up what a pass sees of BF16. */
  abstract void addHalves(MemorySegment memory, long start, int slot, int secondSlot);
}
