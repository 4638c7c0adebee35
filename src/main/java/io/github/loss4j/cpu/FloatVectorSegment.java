// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cpu;

import io.github.loss4j.DType;
import io.github.loss4j.host.RowOrder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import org.jspecify.annotations.Nullable;

/**
 * A segment of a row as vectors see it. A round of all lanes is several vectors; a pass over the
 * segment takes two neighbours of each round by turns, so that memory is read in its order.
 *
 * <p>Contiguous F32 and BF16 are read where they lie, all others are made F32 first. Every other
 * BF16 is the upper half of an int at its place, and those between of an int two bytes before: an
 * element of either type is an int with its bits masked. So a vector of BF16 has every other lane,
 * and its neighbour those between.
 */
final class FloatVectorSegment {
  /** How often a segment is passed over. */
  static final int PASSES = RowOrder.LANES / (2 * FloatVectors.WIDTH);

  private static final int UPPER_HALF = 0xffff0000;
  private static final int HALF = RowOrder.LANES / 2;
  private static final int VECTOR = FloatVectors.WIDTH * Integer.BYTES;

  private static final ValueLayout.OfShort I16 = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final RowView view;
  private final boolean contiguous;
  private @Nullable FloatSegment copy;

  /** Where in {@link #last} its elements begin. */
  static final long LAST = RowOrder.LANES * Float.BYTES;

  /** A thread's, for a round that is not whole, filled up; something lies before it. */
  private static final ThreadLocal<MemorySegment> LAST_ROUND =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(3L * RowOrder.LANES * Float.BYTES, 64));

  /** Where in {@link #FIRST_SEGMENT} its elements begin. */
  private static final long FIRST = 64;

  /** A thread's, for a copy of BF16 that nothing lies before. */
  private static final ThreadLocal<MemorySegment> FIRST_SEGMENT =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(FIRST + 2L * RowOrder.SEGMENT, 64));

  private MemorySegment memory;
  private long offset;
  private int count;
  private boolean halves;
  private boolean copied;

  FloatVectorSegment(RowView view) {
    this.view = view;
    contiguous = view.isContiguous(DType.F32, DType.BF16);
    memory = view.memory();
  }

  /** Goes to a segment, as long as the thread goes to no other. */
  void locate(long row, int from) {
    long start = view.offset(row, from);
    halves = contiguous && view.dtype() == DType.BF16;
    // Nothing lies before the first bytes of all.
    copied = !contiguous || (halves && start == 0);
    if (!copied) {
      memory = view.memory();
      offset = start;
      count = view.count(from);
    } else if (halves) {
      memory = FIRST_SEGMENT.get();
      offset = FIRST;
      count = view.count(from);
      MemorySegment.copy(view.memory(), 0, memory, FIRST, (long) count * Short.BYTES);
    } else {
      if (copy == null) {
        copy = new FloatSegment();
      }
      memory = copy.memory();
      offset = 0;
      count = copy.read(view, row, from);
    }
  }

  /** How many whole segments lie one after another from here, but at most some. */
  int wholeOnes(int from, int most) {
    int classes = copied ? count : view.classes() - from;
    return Math.min(most, classes / RowOrder.SEGMENT);
  }

  /** How many of its rounds are whole. */
  int rounds() {
    return count / RowOrder.LANES;
  }

  MemorySegment memory() {
    return memory;
  }

  /** Where it begins. */
  long start() {
    return offset;
  }

  /** Where a pass begins. */
  long first(int pass) {
    return offset + firstByte(pass, halves);
  }

  /**
   * Where a pass has its next vector, from where it began. C2 makes better loops where it sees that
   * the steps are one of two constants; where they are all the same it unrolls a loop so far that
   * memory is not read in its order.
   */
  static int place(int vector, boolean halves) {
    int round = halves ? RowOrder.LANES * Short.BYTES : RowOrder.LANES * Float.BYTES;
    return (vector >> 1) * round + (vector & 1) * (halves ? Short.BYTES : VECTOR);
  }

  /** Elements from a place on. */
  static FloatVector load(MemorySegment memory, long offset, int mask) {
    return IntVector.fromMemorySegment(FloatVectors.INTS, memory, offset, ByteOrder.LITTLE_ENDIAN)
        .and(mask)
        .reinterpretAsFloats();
  }

  /**
   * Says of the method it is inlined into that it reads memory which may not be there. Where a
   * mapped file is cut short, C2's code then throws an {@link InternalError}; of a method that
   * reads it with vectors only, C2 does not know, and the process ends.
   */
  static void expectFault(MemorySegment memory) {
    byte _ = memory.get(ValueLayout.JAVA_BYTE, 0);
  }

  /** Where the elements after the last whole round begin. */
  long startOfRest() {
    return offset + (long) rounds() * RowOrder.LANES * bytes();
  }

  /** Whether there is memory of a whole round where the rest of the elements is. */
  boolean isWholeRoundThere() {
    return startOfRest() + (long) RowOrder.LANES * bytes() <= memory.byteSize();
  }

  /** How many elements of the rest a vector of their round has; it has none if this is negative. */
  int restIn(int vector) {
    return halves
        ? (rest() + 1 - vector % 2) / 2 - vector / 2 * FloatVectors.WIDTH
        : rest() - vector * FloatVectors.WIDTH;
  }

  /** The rest of the elements, with an element after them until the round is whole. */
  MemorySegment last(float filling) {
    int rest = rest();
    MemorySegment last = LAST_ROUND.get();
    MemorySegment.copy(memory, startOfRest(), last, LAST, (long) rest * bytes());
    for (int j = rest; j < RowOrder.LANES; j++) {
      if (halves) {
        last.set(I16, LAST + 2L * j, (short) (Float.floatToRawIntBits(filling) >>> Short.SIZE));
      } else {
        last.set(F32, LAST + 4L * j, filling);
      }
    }
    return last;
  }

  private int rest() {
    return count % RowOrder.LANES;
  }

  private int bytes() {
    return halves ? Short.BYTES : Float.BYTES;
  }

  /** Where a pass begins in {@link #last}. */
  long firstOfLast(int pass) {
    return LAST + firstByte(pass, halves);
  }

  /** Whether there is a rest. */
  boolean hasRest() {
    return rest() != 0;
  }

  /** Whether elements are the halves of ints. */
  boolean isOfHalves() {
    return halves;
  }

  /** What is left of an int for an element. */
  int mask() {
    return mask(halves);
  }

  static int mask(boolean halves) {
    return halves ? UPPER_HALF : -1;
  }

  /** Where a pass begins in a segment. */
  static int firstByte(int pass, boolean halves) {
    return halves ? pass * VECTOR - Short.BYTES : 2 * pass * VECTOR;
  }

  /**
   * Where in an array the lanes of a pass's first vector begin: of BF16 the even lanes lie before
   * the odd ones.
   */
  int slot(int pass) {
    return halves ? pass * FloatVectors.WIDTH : 2 * pass * FloatVectors.WIDTH;
  }

  /** The same of its second vector. */
  int secondSlot(int pass) {
    return slot(pass) + (halves ? HALF : FloatVectors.WIDTH);
  }

  /** The sum of the lanes in the order of {@link RowOrder}; the lanes are used up. */
  float sum(float[] lanes) {
    return sum(lanes, 0);
  }

  /** The same of lanes that begin somewhere. */
  float sum(float[] lanes, int at) {
    return halves
        ? sum(lanes, at, HALF) + sum(lanes, at + HALF, HALF)
        : sum(lanes, at, RowOrder.LANES);
  }

  /** The sum of some lanes, each half added to the one before it; the lanes are used up. */
  static float sum(float[] lanes, int from, int count) {
    for (int width = count / 2; width >= FloatVectors.WIDTH; width /= 2) {
      for (int lane = from; lane < from + width; lane += FloatVectors.WIDTH) {
        FloatVectors.at(lanes, lane)
            .add(FloatVectors.at(lanes, lane + width))
            .intoArray(lanes, lane);
      }
    }
    return FloatVectors.sum(FloatVectors.at(lanes, from));
  }
}
