// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.host;

import io.github.loss4j.DType;
import io.github.loss4j.InvalidInputException;
import io.github.loss4j.LossTotals;
import io.github.loss4j.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Index targets. They are checked before anything is launched, so a kernel never meets a label that
 * is not a class.
 */
final class Labels {
  /** What kernels see in place of a label that is ignored. */
  private static final int IGNORED = -1;

  /** So many are checked at a time; if there are no more, they are kept. */
  private static final int SOME = 1 << 22;

  private static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG_UNALIGNED;

  /** So many are read at a time, into a cache. */
  private static final int PART = 1 << 10;

  private final Tensor targets;
  private final int classes;
  private final long ignoreIndex;
  private final long firstRow;
  private final SpareLabels spare;
  private int[] some = {};

  /**
   * Labels.
   *
   * @param targets of any integer type, one per row
   * @param classes how many classes there are
   * @param ignoreIndex the label of rows that do not count
   * @param firstRow what row 0 is called in messages
   * @param spare where their memory is from
   */
  Labels(Tensor targets, int classes, long ignoreIndex, long firstRow, SpareLabels spare) {
    this.targets = targets;
    this.classes = classes;
    this.ignoreIndex = ignoreIndex;
    this.firstRow = firstRow;
    this.spare = spare;
  }

  /** Checks every label, and adds the weights of the rows to the totals. */
  void check(RowKernels kernels, @Nullable Tensor weight, LossTotals totals) {
    if (weight == null) {
      long ignored = forEachPart(kernels, count -> {});
      totals.addWeight(1, targets.size() - ignored);
      totals.addIgnored(ignored);
    } else if (targets.size() < classes) {
      totals.addIgnored(forEachPart(kernels, count -> addWeights(count, weight, totals)));
    } else {
      long[] counts = new long[classes];
      totals.addIgnored(forEachPart(kernels, count -> countClasses(count, counts)));
      for (int c = 0; c < classes; c++) {
        totals.addWeight(weight.getDouble(c), counts[c]);
      }
    }
  }

  /** Reads all labels, some at a time, and returns how many are ignored. */
  private long forEachPart(RowKernels kernels, IntConsumer consumer) {
    some = spare.take((int) Math.min(SOME, targets.size()));
    long ignored = 0;
    for (long from = 0; from < targets.size(); from += SOME) {
      int count = (int) Math.min(SOME, targets.size() - from);
      ignored += readSome(kernels, from, count);
      consumer.accept(count);
    }
    return ignored;
  }

  /** Reads labels with the kernels' threads, and returns how many are ignored. */
  private long readSome(RowKernels kernels, long from, int count) {
    AtomicLong ignored = new AtomicLong();
    AtomicBoolean refused = new AtomicBoolean();
    kernels.shareOut(
        count,
        (first, end) -> {
          try {
            ignored.addAndGet(read(from, (int) first, (int) end, some));
          } catch (InvalidInputException e) {
            refused.set(true);
          }
        });
    if (refused.get()) {
      // The first that is no class is named, whoever found one first.
      return read(from, 0, count, some);
    }
    return ignored.get();
  }

  private void addWeights(int count, Tensor weight, LossTotals totals) {
    for (int i = 0; i < count; i++) {
      if (some[i] != IGNORED) {
        totals.addWeight(weight.getDouble(some[i]));
      }
    }
  }

  private void countClasses(int count, long[] into) {
    for (int i = 0; i < count; i++) {
      if (some[i] != IGNORED) {
        into[some[i]]++;
      }
    }
  }

  /**
   * The labels of a piece as kernels take them. Those that were not kept are checked once more: the
   * memory is the caller's, and a kernel must not index with what has become of it.
   */
  Tensor of(Piece piece) {
    if (targets.size() <= SOME) {
      return piece.perRow(Tensor.of(some, some.length));
    }
    int[] labels = new int[Math.toIntExact(piece.rows().count())];
    read(piece.firstRow(), 0, labels.length, labels);
    return Tensor.of(labels, labels.length);
  }

  /** Ends their use. */
  void giveBack() {
    spare.giveBack(some);
    some = new int[0];
  }

  /**
   * Reads the labels for some places; that for place 0 is the label of a row. Counts the ignored.
   */
  private int read(long row, int first, int end, int[] into) {
    long[] part = new long[Math.min(PART, end - first)];
    int ignored = 0;
    int i = first;
    while (i < end) {
      int count = Math.min(PART, end - i);
      copy(row + i, part, count);
      if (!isClass(ignoreIndex) && areClasses(part, count)) {
        narrow(part, into, i, count);
      } else {
        ignored += checkEach(row + i, part, into, i, count);
      }
      i += count;
    }
    return ignored;
  }

  private void copy(long row, long[] into, int count) {
    if (targets.dtype() == DType.I64) {
      MemorySegment.copy(targets.memory(), I64, row * Long.BYTES, into, 0, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      into[i] = targets.getLong(row + i);
    }
  }

  /** Most labels are; loops that find only this are compiled to vectors. */
  private boolean areClasses(long[] part, int count) {
    long largest = 0;
    long signs = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, part[i]);
      signs |= part[i];
    }
    return signs >= 0 && largest < classes;
  }

  private static void narrow(long[] part, int[] into, int at, int count) {
    for (int i = 0; i < count; i++) {
      into[at + i] = (int) part[i];
    }
  }

  private int checkEach(long row, long[] part, int[] into, int at, int count) {
    int ignored = 0;
    for (int i = 0; i < count; i++) {
      int label = label(part[i], row + i);
      into[at + i] = label;
      ignored += label >>> (Integer.SIZE - 1);
    }
    return ignored;
  }

  private int label(long label, long row) {
    if (label == ignoreIndex) {
      return IGNORED;
    }
    if (!isClass(label)) {
      throw new InvalidInputException(
          "row %d has label %d, but labels must be from 0 to %d (or %d, which is ignored)"
              .formatted(firstRow + row, label, classes - 1, ignoreIndex));
    }
    return (int) label;
  }

  private boolean isClass(long label) {
    return label >= 0 && label < classes;
  }
}
